using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>Scored data that notices scores that are no numbers. ML.NET's evaluation leaves such rows out, so that a model of which nothing is left may have a log-loss of 0.</summary>
internal sealed class ScoredDataView(IDataView source) : WrappedDataView(source)
{
    private volatile bool _hasNonFinite;

    /// <summary>Whether a score that was read is infinite or no number.</summary>
    public bool HasNonFinite => _hasNonFinite;

    protected override DataViewRowCursor Wrap(DataViewRowCursor cursor) => new ScoredCursor(this, cursor);

    private sealed class ScoredCursor(ScoredDataView view, DataViewRowCursor input) : Cursor(input)
    {
        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            var getter = base.GetGetter<TValue>(column);
            if (getter is not ValueGetter<VBuffer<float>> get || !HasScores(column))
                return getter;
            ValueGetter<VBuffer<float>> checkedGet = (ref VBuffer<float> value) =>
            {
                get(ref value);
                foreach (var score in value.GetValues())
                    view._hasNonFinite |= !float.IsFinite(score);
            };
            return (ValueGetter<TValue>)(Delegate)checkedGet;
        }

        /// <summary>By its name, or by what ML.NET's trainers annotate their scores with; any other vector may lack numbers, such as features.</summary>
        private static bool HasScores(DataViewSchema.Column column) => column.Name == "Score" || column.Annotations.Schema.GetColumnOrNull("ScoreColumnKind") is not null;
    }
}
