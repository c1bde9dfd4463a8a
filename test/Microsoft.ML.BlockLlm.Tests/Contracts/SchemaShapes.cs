using System.Runtime.CompilerServices;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>Reaches what ML.NET's own estimator tests use of <see cref="SchemaShape"/>, which is internal.</summary>
internal static class SchemaShapes
{
    public static SchemaShape Of(DataViewSchema schema) => Create(null, schema);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = nameof(Create))]
    private static extern SchemaShape Create(SchemaShape? type, DataViewSchema schema);
}
