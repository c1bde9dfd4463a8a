using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(KeyToValueMappingTransformer), null, typeof(SignatureLoadModel), "Key To Value Transform", KeyToValueMappingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

/// <summary>Turns keys back into the values they stand for, which are an annotation of the key column.</summary>
public sealed class KeyToValueMappingEstimator : TrivialEstimator<KeyToValueMappingTransformer>
{
    private readonly ColumnPair _columns;

    internal KeyToValueMappingEstimator(ColumnPair columns) : base(new KeyToValueMappingTransformer(columns)) => _columns = columns;

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var input = _columns.FindInput(inputSchema);
        if (!input.IsKey)
            throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", _columns.Input, "KeyType", input.GetTypeString());
        Contracts.CheckParam(input.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out var values), nameof(inputSchema),
            $"Input column '{_columns.Input}' doesn't contain key values metadata");
        var annotations = input.Annotations.TryFindColumn(AnnotationUtils.Kinds.SlotNames, out var slotNames) ? new SchemaShape([slotNames]) : null;
        return _columns.WithOutput(inputSchema, new SchemaShape.Column(_columns.Output, input.Kind, values.ItemType, values.IsKey, annotations));
    }
}

public sealed class KeyToValueMappingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "KeyToValueTransform";

    private static readonly VersionInfo _version = new(
        "KEY2VALT", 0x00010001, 0x00010001, 0x00010001, typeof(KeyToValueMappingTransformer).Assembly.FullName, LoaderSignature);

    internal KeyToValueMappingTransformer(ColumnPair columns) : base(columns)
    {
    }

    private protected override AddedColumn CreateColumn(DataViewSchema.Column input)
    {
        var vector = input.Type as VectorDataViewType;
        if ((vector?.ItemType ?? input.Type) is not KeyDataViewType key)
            throw Contracts.ExceptSchemaMismatch("inputSchema", "input", Columns.Input, "KeyType", input.Type.ToString());
        var valuesType = input.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues)?.Type as VectorDataViewType;
        Contracts.Check(valuesType != null, "Metadata KeyValues does not exist");
        Contracts.Check((ulong)valuesType.Size == key.Count, "KeyValues metadata size does not match column type key count");

        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(input.Annotations, kind => kind == AnnotationUtils.Kinds.SlotNames);
        DataViewType outputType = vector == null ? valuesType.ItemType : new VectorDataViewType(valuesType.ItemType, vector.Dimensions);
        return new AddedColumn(Columns.Output, outputType, annotations.ToAnnotations(), input, row => Generic.Invoke<Delegate>(
            vector == null ? CreateScalarGetter<uint, int> : CreateVectorGetter<uint, int>,
            [key.RawType, valuesType.ItemType.RawType], row, input));
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(_version);
        Columns.Save(ctx);
    }

    private static KeyToValueMappingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(_version);
        return new KeyToValueMappingTransformer(ColumnPair.Load(ctx));
    }

    private static Delegate CreateScalarGetter<TKey, TValue>(DataViewRow row, DataViewSchema.Column input) where TKey : IUnsignedNumber<TKey>
    {
        var getter = row.GetGetter<TKey>(input);
        var values = new KeyValues<TKey, TValue>(input);
        TKey key = default;
        return (ValueGetter<TValue>)((ref TValue value) =>
        {
            getter(ref key);
            value = values[key];
        });
    }

    private static Delegate CreateVectorGetter<TKey, TValue>(DataViewRow row, DataViewSchema.Column input) where TKey : IUnsignedNumber<TKey>
    {
        var getter = row.GetGetter<VBuffer<TKey>>(input);
        var values = new KeyValues<TKey, TValue>(input);
        VBuffer<TKey> keys = default;
        return (ValueGetter<VBuffer<TValue>>)((ref VBuffer<TValue> value) =>
        {
            getter(ref keys);
            var editor = VBufferEditor.Create(ref value, keys.Length);
            foreach (var (slot, key) in keys.Items(all: true))
                editor.Values[slot] = values[key];
            value = editor.Commit();
        });
    }

    /// <summary>The values of the keys; a key outside of them is missing, which for real numbers is NaN.</summary>
    private sealed class KeyValues<TKey, TValue> where TKey : IUnsignedNumber<TKey>
    {
        private readonly TValue[] _values;
        private readonly TValue _missing;

        public KeyValues(DataViewSchema.Column column)
        {
            VBuffer<TValue> values = default;
            column.GetKeyValues(ref values);
            _values = values.DenseValues().ToArray();
            _missing = typeof(TValue) == typeof(float) ? (TValue)(object)float.NaN
                : typeof(TValue) == typeof(double) ? (TValue)(object)double.NaN
                : default;
        }

        public TValue this[TKey key]
        {
            get
            {
                ulong index = ulong.CreateTruncating(key);
                return index >= 1 && index <= (ulong)_values.Length ? _values[index - 1] : _missing;
            }
        }
    }
}
