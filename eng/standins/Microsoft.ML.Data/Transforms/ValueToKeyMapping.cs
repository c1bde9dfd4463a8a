using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(ValueToKeyMappingTransformer), null, typeof(SignatureLoadModel), "Term Transform", ValueToKeyMappingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

/// <summary>Numbers the distinct values of a column, and maps the column to those numbers as keys.</summary>
public sealed class ValueToKeyMappingEstimator : IEstimator<ValueToKeyMappingTransformer>
{
    private readonly ColumnPair _columns;
    private readonly int _maximumNumberOfKeys;
    private readonly KeyOrdinality _keyOrdinality;
    private readonly bool _annotationsAsText;
    private readonly IDataView _keyData;

    internal ValueToKeyMappingEstimator(ColumnPair columns, int maximumNumberOfKeys, KeyOrdinality keyOrdinality, bool annotationsAsText, IDataView keyData)
    {
        Contracts.CheckParam(keyData == null || keyData.Schema.Count == 1, nameof(keyData),
            $"If specified, this data view should contain only a single column containing the terms to map, but this had {keyData?.Schema.Count} columns.");
        Contracts.CheckParam(maximumNumberOfKeys > 0, nameof(maximumNumberOfKeys), "Must be positive");
        _columns = columns;
        _maximumNumberOfKeys = maximumNumberOfKeys;
        _keyOrdinality = keyOrdinality;
        _annotationsAsText = annotationsAsText;
        _keyData = keyData;
    }

    /// <summary>The order of the keys: that of the first occurrences, or that of the values.</summary>
    public enum KeyOrdinality : byte
    {
        ByOccurrence = 0,
        ByValue = 1,
    }

    public ValueToKeyMappingTransformer Fit(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        var column = input.Schema.GetColumnOrNull(_columns.Input)
            ?? throw Contracts.ExceptMissingColumn(nameof(input), "input", _columns.Input);
        var itemType = ValueToKeyMappingTransformer.CheckInput(column);
        var (data, source) = _keyData == null ? (input, column) : (_keyData, _keyData.Schema[0]);
        Contracts.CheckParam(((source.Type as VectorDataViewType)?.ItemType ?? source.Type).Equals(itemType), "keyData",
            $"Input data's column must be of type '{itemType}' but was '{source.Type}'");
        var terms = TermMap.Create(itemType);
        terms.AddColumn(data, source, _maximumNumberOfKeys);
        if (_keyOrdinality == KeyOrdinality.ByValue)
            terms.Sort();
        return new ValueToKeyMappingTransformer(_columns, terms, _annotationsAsText);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var input = _columns.FindInput(inputSchema);
        if (input.IsKey)
            throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", _columns.Input, ValueToKeyMappingTransformer.ExpectedType, input.GetTypeString());
        var annotations = new List<SchemaShape.Column>();
        if (input.Annotations.TryFindColumn(AnnotationUtils.Kinds.SlotNames, out var slotNames))
            annotations.Add(slotNames);
        annotations.Add(new SchemaShape.Column(AnnotationUtils.Kinds.KeyValues, SchemaShape.Column.VectorKind.Vector,
            _annotationsAsText ? TextDataViewType.Instance : input.ItemType, false));
        return _columns.WithOutput(inputSchema, new SchemaShape.Column(_columns.Output, input.Kind, NumberDataViewType.UInt32, true, new SchemaShape(annotations)));
    }
}

public sealed class ValueToKeyMappingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "TermTransform";
    internal const string ExpectedType = "text, number or boolean";

    private static readonly VersionInfo _version = new(
        "TERMTRNS", 0x00010001, 0x00010001, 0x00010001, typeof(ValueToKeyMappingTransformer).Assembly.FullName, LoaderSignature);

    private readonly TermMap _terms;
    private readonly bool _annotationsAsText;

    internal ValueToKeyMappingTransformer(ColumnPair columns, TermMap terms, bool annotationsAsText) : base(columns)
    {
        _terms = terms;
        _annotationsAsText = annotationsAsText;
    }

    /// <summary>The type of the values to map. Columns that are keys already are not mapped again here, other than in the original.</summary>
    internal static PrimitiveDataViewType CheckInput(DataViewSchema.Column input) =>
        ((input.Type as VectorDataViewType)?.ItemType ?? input.Type) is PrimitiveDataViewType item and not KeyDataViewType
            ? item
            : throw Contracts.ExceptSchemaMismatch("inputSchema", "input", input.Name, ExpectedType, input.Type.ToString());

    private protected override AddedColumn CreateColumn(DataViewSchema.Column input)
    {
        var itemType = CheckInput(input);
        if (!itemType.Equals(_terms.ItemType))
            throw Contracts.ExceptSchemaMismatch("inputSchema", "input", input.Name, _terms.ItemType.ToString(), input.Type.ToString());
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(input.Annotations, kind => kind == AnnotationUtils.Kinds.SlotNames);
        _terms.AddKeyValues(annotations, _annotationsAsText);
        // A key type has at least one value, even if none was seen.
        var key = new KeyDataViewType(typeof(uint), Math.Max(_terms.Count, 1));
        DataViewType type = input.Type is VectorDataViewType vector ? new VectorDataViewType(key, vector.Dimensions) : key;
        return new AddedColumn(Columns.Output, type, annotations.ToAnnotations(), input, row => _terms.CreateKeyGetter(row, input));
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(_version);
        Columns.Save(ctx);
        ctx.Writer.Write(_annotationsAsText);
        _terms.Save(ctx);
    }

    private static ValueToKeyMappingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(_version);
        var columns = ColumnPair.Load(ctx);
        bool annotationsAsText = ctx.Reader.ReadBoolean();
        return new ValueToKeyMappingTransformer(columns, TermMap.Load(ctx), annotationsAsText);
    }
}
