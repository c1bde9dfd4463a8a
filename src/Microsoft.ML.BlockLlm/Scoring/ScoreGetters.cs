using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Scoring;

/// <summary>Makes the getters of the predicted label and of the score from the probabilities of the current row.</summary>
internal static class ScoreGetters
{
    /// <summary>The getter of one of the two columns.</summary>
    /// <param name="columns">Says which of the two the column is.</param>
    /// <param name="column">The column.</param>
    /// <param name="probabilities">Gives the probabilities of the current row.</param>
    public static Delegate Create(ScoringColumns columns, DataViewSchema.Column column, Func<ReadOnlyMemory<float>> probabilities) =>
        columns.IsPredictedLabel(column) ? PredictedLabel(probabilities) : Score(probabilities);

    /// <summary>Turns a getter into the type asked for.</summary>
    /// <exception cref="InvalidOperationException">The column has values of another type.</exception>
    public static ValueGetter<TValue> Cast<TValue>(Delegate getter, DataViewSchema.Column column) =>
        getter as ValueGetter<TValue>
        ?? throw new InvalidOperationException($"Column '{column.Name}' has values of type {column.Type.RawType}, not {typeof(TValue)}.");

    private static ValueGetter<uint> PredictedLabel(Func<ReadOnlyMemory<float>> probabilities) =>
        (ref uint value) => value = (uint)IndexOfMax(probabilities().Span) + 1;

    private static ValueGetter<VBuffer<float>> Score(Func<ReadOnlyMemory<float>> probabilities) =>
        (ref VBuffer<float> value) =>
        {
            var source = probabilities().Span;
            var editor = VBufferEditor.Create(ref value, source.Length);
            source.CopyTo(editor.Values);
            value = editor.Commit();
        };

    private static int IndexOfMax(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best])
                best = i;
        }
        return best;
    }
}
