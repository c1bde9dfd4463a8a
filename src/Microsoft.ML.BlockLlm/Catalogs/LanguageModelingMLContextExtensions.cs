namespace Microsoft.ML;

/// <summary>Brings language modeling to <see cref="MLContext"/>.</summary>
public static class LanguageModelingMLContextExtensions
{
    extension(MLContext mlContext)
    {
        /// <summary>Trainers of language models, and their evaluation.</summary>
        public LanguageModelingCatalog LanguageModeling => mlContext.GetLanguageModeling();
    }

    /// <summary>Trainers of language models, and their evaluation: <c>mlContext.LanguageModeling</c> for languages that know no extension properties.</summary>
    /// <param name="mlContext">The context.</param>
    /// <exception cref="ArgumentNullException"><paramref name="mlContext"/> is null.</exception>
    public static LanguageModelingCatalog GetLanguageModeling(this MLContext mlContext)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        return new LanguageModelingCatalog(mlContext);
    }
}
