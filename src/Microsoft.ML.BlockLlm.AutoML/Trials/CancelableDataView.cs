namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>Data whose reading ends when a trial is cancelled.</summary>
internal sealed class CancelableDataView(IDataView source, CancellationToken cancellationToken) : WrappedDataView(source)
{
    protected override DataViewRowCursor Wrap(DataViewRowCursor cursor) => new CancelableCursor(cursor, cancellationToken);

    private sealed class CancelableCursor(DataViewRowCursor input, CancellationToken cancellationToken) : Cursor(input)
    {
        public override bool MoveNext()
        {
            cancellationToken.ThrowIfCancellationRequested();
            return base.MoveNext();
        }
    }
}
