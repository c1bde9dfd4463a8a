using System.Globalization;
using System.Text.Json.Serialization;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>How well a language model predicts texts.</summary>
/// <param name="Tokens">How many tokens were predicted.</param>
/// <param name="Loss">Mean negative log-likelihood of a token, in nats.</param>
/// <param name="Perplexity">e to that.</param>
/// <param name="BitsPerByte">Bits for each byte of text that an arithmetic coder would need.</param>
/// <param name="TokenAccuracy">Share of the tokens that the model holds for the likeliest.</param>
internal sealed record LanguageModelEvaluation(long Tokens, double Loss, double Perplexity, double BitsPerByte, double TokenAccuracy)
{
    /// <summary>Measures a model on data.</summary>
    public static LanguageModelEvaluation Of(MLContext ml, BlockLlmLanguageModelTransformer model, IDataView data)
    {
        var metrics = ml.LanguageModeling.Evaluate(model.Transform(data));
        return new(metrics.TokenCount, metrics.Loss, metrics.Perplexity, metrics.BitsPerByte, metrics.TokenAccuracy);
    }

    /// <summary>The figures by name.</summary>
    [JsonIgnore]
    public IReadOnlyList<(string Figure, string Value)> Figures =>
    [
        ("loss, nats a token", Loss.ToString("F4", CultureInfo.InvariantCulture)),
        ("perplexity", Perplexity.ToString("F2", CultureInfo.InvariantCulture)),
        ("bits a byte", BitsPerByte.ToString("F3", CultureInfo.InvariantCulture)),
        ("token accuracy", TokenAccuracy.ToString("F4", CultureInfo.InvariantCulture)),
        ("tokens", Tokens.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>The evaluation in words.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"Loss {Loss:F4} nats a token, perplexity {Perplexity:F2}, {BitsPerByte:F3} bits a byte, {100 * TokenAccuracy:F1} % of {Tokens} tokens right.");
}
