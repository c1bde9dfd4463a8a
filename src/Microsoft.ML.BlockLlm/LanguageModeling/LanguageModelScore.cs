using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm;

/// <summary>How well a model predicts the tokens of a row.</summary>
/// <param name="Loss">Mean negative log-likelihood, in nats; NaN if there is no token.</param>
/// <param name="TokenCount">How many tokens that were.</param>
/// <param name="TokenAccuracy">Share of them that the model holds for the likeliest, in [0, 1]; NaN if there is none.</param>
/// <param name="ByteCount">How many bytes the text has in UTF-8, that of a completion or of the replies alone.</param>
internal sealed record LanguageModelScore(float Loss, int TokenCount, float TokenAccuracy, int ByteCount)
{
    /// <summary>The score of a row with these tokens.</summary>
    public static LanguageModelScore Of(IReadOnlyCollection<TargetResult> targets, int byteCount) => targets.Count == 0
        ? new LanguageModelScore(float.NaN, 0, float.NaN, 0)
        : new LanguageModelScore((float)targets.Average(target => (double)target.Loss), targets.Count, (float)targets.Average(target => target.IsCorrect ? 1.0 : 0), byteCount);

    /// <summary>e to the loss.</summary>
    public float Perplexity => MathF.Exp(Loss);
}
