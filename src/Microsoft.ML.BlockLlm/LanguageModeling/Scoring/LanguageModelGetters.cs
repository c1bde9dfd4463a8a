namespace Microsoft.ML.BlockLlm;

/// <summary>Makes the getters of the columns that a language model adds.</summary>
internal static class LanguageModelGetters
{
    /// <summary>The getter of one of the columns.</summary>
    /// <param name="column">The column.</param>
    /// <param name="score">Gives the score of the current row.</param>
    /// <param name="generated">Gives the text that follows the current row.</param>
    public static Delegate Create(DataViewSchema.Column column, Func<LanguageModelScore> score, Func<string> generated) => column.Name switch
    {
        LanguageModelOutputs.Loss => (ValueGetter<float>)((ref float value) => value = score().Loss),
        LanguageModelOutputs.Perplexity => (ValueGetter<float>)((ref float value) => value = score().Perplexity),
        LanguageModelOutputs.TokenCount => (ValueGetter<int>)((ref int value) => value = score().TokenCount),
        LanguageModelOutputs.TokenAccuracy => (ValueGetter<float>)((ref float value) => value = score().TokenAccuracy),
        LanguageModelOutputs.ByteCount => (ValueGetter<int>)((ref int value) => value = score().ByteCount),
        _ => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = generated().AsMemory()),
    };
}
