using Microsoft.ML.BlockLlm.Columns;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Scoring;

/// <summary>Reads a batch of input rows ahead and scores them together, when the first score of the batch is asked for.</summary>
internal sealed class ScoringCursor : DataViewRowCursor
{
    /// <summary>Rows that are read ahead and go through the model at once.</summary>
    public const int BatchSize = 32;

    private readonly DataViewRowCursor _input;
    private readonly ScoringColumns _columns;
    private readonly TextClassifier _classifier;
    private readonly Dictionary<int, ColumnBuffer> _buffers;
    private readonly HashSet<int> _active;
    private readonly RowTexts _rowTexts;
    private readonly ValueGetter<DataViewRowId> _id;

    private readonly EncodedText[] _texts = new EncodedText[BatchSize];
    private readonly DataViewRowId[] _ids = new DataViewRowId[BatchSize];
    private readonly long[] _batches = new long[BatchSize];
    private float[]? _probabilities;
    private int _count;
    private int _slot = -1;
    private long _rows;

    /// <summary>Makes a cursor, which owns its input from then on.</summary>
    public ScoringCursor(
        DataViewRowCursor input, ScoringColumns columns, TextClassifier classifier, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        _input = input;
        _columns = columns;
        _classifier = classifier;
        _active = [.. activeColumns.Select(column => column.Index)];
        _buffers = _active.Where(index => index < columns.InputSchema.Count)
            .ToDictionary(index => index, index => ColumnBuffer.Create(input, columns.InputSchema[index], BatchSize));
        _rowTexts = new RowTexts(input, columns.Inputs, classifier.Encoder);
        _id = input.GetIdGetter();
    }

    public override DataViewSchema Schema => _columns.OutputSchema;

    public override long Position => _slot < 0 ? -1 : _rows - 1;

    public override long Batch => _slot < 0 ? _input.Batch : _batches[_slot];

    public override bool MoveNext()
    {
        if (_slot + 1 >= _count)
            ReadAhead();
        if (_count == 0)
            return false;
        _slot++;
        _rows++;
        return true;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw new InvalidOperationException($"Column '{column.Name}' is not active in this cursor. Name it when asking for the cursor.");
        var getter = _buffers.TryGetValue(column.Index, out var buffer)
            ? buffer.CreateGetter(CurrentSlot)
            : ScoreGetters.Create(_columns, column, CurrentProbabilities);
        return ScoreGetters.Cast<TValue>(getter, column);
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[CurrentSlot()];

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _input.Dispose();
        base.Dispose(disposing);
    }

    private void ReadAhead()
    {
        _count = 0;
        _slot = -1;
        _probabilities = null;
        while (_count < BatchSize && _input.MoveNext())
        {
            _texts[_count] = _rowTexts.Read();
            foreach (var buffer in _buffers.Values)
                buffer.Read(_count);
            _id(ref _ids[_count]);
            _batches[_count] = _input.Batch;
            _count++;
        }
    }

    private int CurrentSlot() =>
        _slot >= 0 ? _slot : throw new InvalidOperationException("The cursor stands on no row. Call MoveNext first, and read only while it returns true.");

    private ReadOnlyMemory<float> CurrentProbabilities()
    {
        var slot = CurrentSlot();
        _probabilities ??= _classifier.Score(_texts[.._count]);
        return _probabilities.AsMemory(slot * _classifier.Classes, _classifier.Classes);
    }
}
