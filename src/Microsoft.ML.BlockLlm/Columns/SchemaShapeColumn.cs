using System.Runtime.CompilerServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Columns;

/// <summary>Makes the columns of a <see cref="SchemaShape"/>, whose constructor ML.NET keeps internal.</summary>
internal static class SchemaShapeColumn
{
    public static SchemaShape.Column Scalar(string name, PrimitiveDataViewType type, bool isKey = false, SchemaShape? annotations = null) =>
        Create(name, SchemaShape.Column.VectorKind.Scalar, type, isKey, annotations);

    public static SchemaShape.Column Vector(string name, PrimitiveDataViewType itemType, SchemaShape? annotations = null) =>
        Create(name, SchemaShape.Column.VectorKind.Vector, itemType, isKey: false, annotations);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern SchemaShape.Column Create(
        string name, SchemaShape.Column.VectorKind vecKind, DataViewType itemType, bool isKey, SchemaShape? annotations);
}
