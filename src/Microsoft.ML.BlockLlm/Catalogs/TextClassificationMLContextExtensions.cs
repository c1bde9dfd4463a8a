namespace Microsoft.ML;

/// <summary>Brings text classification to <see cref="MLContext"/>.</summary>
public static class TextClassificationMLContextExtensions
{
    extension(MLContext mlContext)
    {
        /// <summary>Trainers that fine-tune language models to put texts into classes.</summary>
        public TextClassificationCatalog TextClassification => mlContext.GetTextClassification();
    }

    /// <summary>Trainers that fine-tune language models to put texts into classes: <c>mlContext.TextClassification</c> for languages that know no extension properties.</summary>
    /// <param name="mlContext">The context.</param>
    /// <exception cref="ArgumentNullException"><paramref name="mlContext"/> is null.</exception>
    public static TextClassificationCatalog GetTextClassification(this MLContext mlContext)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        return new TextClassificationCatalog(mlContext);
    }
}
