using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(KeyToVectorMappingTransformer), null, typeof(SignatureLoadModel), "Key To Vector Transform", KeyToVectorMappingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

/// <summary>Turns keys into indicator vectors: one slot per key value, with 1 where it is that value. A missing key is all zeros.</summary>
public sealed class KeyToVectorMappingEstimator : TrivialEstimator<KeyToVectorMappingTransformer>
{
    private readonly ColumnPair _columns;
    private readonly bool _outputCountVector;

    internal KeyToVectorMappingEstimator(ColumnPair columns, bool outputCountVector)
        : base(new KeyToVectorMappingTransformer(columns, outputCountVector))
    {
        _columns = columns;
        _outputCountVector = outputCountVector;
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var input = _columns.FindInput(inputSchema);
        if (!input.IsKey)
            throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", _columns.Input, "key type of known cardinality", input.GetTypeString());
        var annotations = new List<SchemaShape.Column>();
        if (input.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out var values) && values.ItemType is TextDataViewType
            && (_outputCountVector || input.Kind == SchemaShape.Column.VectorKind.Scalar))
        {
            annotations.Add(new SchemaShape.Column(AnnotationUtils.Kinds.SlotNames, SchemaShape.Column.VectorKind.Vector, values.ItemType, false));
        }
        var kind = input.Kind == SchemaShape.Column.VectorKind.VariableVector && !_outputCountVector
            ? SchemaShape.Column.VectorKind.VariableVector
            : SchemaShape.Column.VectorKind.Vector;
        return _columns.WithOutput(inputSchema, new SchemaShape.Column(_columns.Output, kind, NumberDataViewType.Single, false, new SchemaShape(annotations)));
    }
}

public sealed class KeyToVectorMappingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "KeyToVectorTransform";

    private static readonly VersionInfo _version = new(
        "KEY2VECT", 0x00010001, 0x00010001, 0x00010001, typeof(KeyToVectorMappingTransformer).Assembly.FullName, LoaderSignature);

    private readonly bool _outputCountVector;

    internal KeyToVectorMappingTransformer(ColumnPair columns, bool outputCountVector) : base(columns) => _outputCountVector = outputCountVector;

    private protected override AddedColumn CreateColumn(DataViewSchema.Column input)
    {
        var vector = input.Type as VectorDataViewType;
        if ((vector?.ItemType ?? input.Type) is not KeyDataViewType key)
            throw Contracts.ExceptSchemaMismatch("inputSchema", "input", Columns.Input, "key type of known cardinality", input.Type.ToString());
        int count = checked((int)key.Count);
        bool isFlat = _outputCountVector || vector == null || vector.Size == 1;
        var type = isFlat ? new VectorDataViewType(NumberDataViewType.Single, count) : new VectorDataViewType(NumberDataViewType.Single, vector.Size, count);

        var annotations = new DataViewSchema.Annotations.Builder();
        if (isFlat && input.HasKeyValues())
        {
            annotations.Add(AnnotationUtils.Kinds.SlotNames, new VectorDataViewType(TextDataViewType.Instance, count),
                (ref VBuffer<ReadOnlyMemory<char>> names) => input.GetKeyValues(ref names));
        }
        return new AddedColumn(Columns.Output, type, annotations.ToAnnotations(), input, row => Generic.Invoke<Delegate>(
            vector == null ? CreateIndicatorGetter<uint> : _outputCountVector ? CreateCountGetter<uint> : CreateIndicatorsGetter<uint>,
            key.RawType, row, input, count));
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(_version);
        Columns.Save(ctx);
        ctx.Writer.Write(_outputCountVector);
    }

    private static KeyToVectorMappingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(_version);
        return new KeyToVectorMappingTransformer(ColumnPair.Load(ctx), ctx.Reader.ReadBoolean());
    }

    private static Delegate CreateIndicatorGetter<TKey>(DataViewRow row, DataViewSchema.Column input, int count) where TKey : IUnsignedNumber<TKey>
    {
        var getter = row.GetGetter<TKey>(input);
        TKey key = default;
        return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            getter(ref key);
            int slot = SlotOf(key, count);
            var editor = VBufferEditor.Create(ref value, count, slot < 0 ? 0 : 1, requireIndicesOnDense: true);
            if (slot >= 0)
            {
                editor.Values[0] = 1;
                editor.Indices[0] = slot;
            }
            value = editor.Commit();
        });
    }

    private static Delegate CreateIndicatorsGetter<TKey>(DataViewRow row, DataViewSchema.Column input, int count) where TKey : IUnsignedNumber<TKey> =>
        CreateDenseGetter<TKey>(row, input, count, length => length * count, (position, slot) => (position * count) + slot);

    private static Delegate CreateCountGetter<TKey>(DataViewRow row, DataViewSchema.Column input, int count) where TKey : IUnsignedNumber<TKey> =>
        CreateDenseGetter<TKey>(row, input, count, _ => count, (_, slot) => slot);

    private static Delegate CreateDenseGetter<TKey>(
        DataViewRow row, DataViewSchema.Column input, int count, Func<int, int> outputLength, Func<int, int, int> outputSlot) where TKey : IUnsignedNumber<TKey>
    {
        var getter = row.GetGetter<VBuffer<TKey>>(input);
        VBuffer<TKey> keys = default;
        return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            getter(ref keys);
            var editor = VBufferEditor.Create(ref value, outputLength(keys.Length));
            editor.Values.Clear();
            foreach (var (position, key) in keys.Items())
            {
                int slot = SlotOf(key, count);
                if (slot >= 0)
                    editor.Values[outputSlot(position, slot)]++;
            }
            value = editor.Commit();
        });
    }

    private static int SlotOf<TKey>(TKey key, int count) where TKey : IUnsignedNumber<TKey>
    {
        ulong index = ulong.CreateTruncating(key);
        return index >= 1 && index <= (ulong)count ? (int)(index - 1) : -1;
    }
}
