using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Standins.Tests.MLNet;

/// <summary>A view that remembers which columns its last cursor was asked for.</summary>
internal sealed class ActivityView(IDataView source) : IDataView
{
    public string[] LastActive { get; private set; } = [];

    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var columns = columnsNeeded.ToArray();
        LastActive = columns.Select(column => column.Name).ToArray();
        return source.GetRowCursor(columns, rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];
}

/// <summary>An estimator that shows the schema it is offered, and changes nothing.</summary>
internal sealed class ShapeProbe(Action<SchemaShape> see) : IEstimator<DisposableIdentity>
{
    public DisposableIdentity Fit(IDataView input) => new();

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        see(inputSchema);
        return inputSchema;
    }
}

/// <summary>A transformer that changes nothing, and knows whether it has been disposed of.</summary>
internal sealed class DisposableIdentity : ITransformer, IDisposable
{
    public bool IsDisposed { get; private set; }

    public bool IsRowToRowMapper => true;

    public void Dispose() => IsDisposed = true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

    public IDataView Transform(IDataView input) => input;

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new Mapper(inputSchema);

    public void Save(ModelSaveContext ctx) => throw new NotSupportedException("This transformer is for tests only.");

    private sealed class Mapper(DataViewSchema schema) : IRowToRowMapper
    {
        public DataViewSchema InputSchema => schema;

        public DataViewSchema OutputSchema => schema;

        public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) => dependingColumns;

        public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) => input;
    }
}
