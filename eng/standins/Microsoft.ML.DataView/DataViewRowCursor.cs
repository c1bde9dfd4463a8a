namespace Microsoft.ML;

/// <summary>A row that can move forward, once, through the rows of a data view.</summary>
public abstract class DataViewRowCursor : DataViewRow
{
    public abstract bool MoveNext();
}
