using System.Text.Json.Nodes;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A family of language models. They serve as classifiers too, by the last token of a text.</summary>
internal abstract class DecoderFamily : ModelFamily
{
    private const string Score = "score";
    private const string PaddingField = "pad_token_id";

    /// <summary>The class of Python's transformers that reads a language model of this family.</summary>
    public abstract string LanguageModelArchitecture { get; }

    public override TokenPooling EmbeddingPooling => TokenPooling.LastToken;

    public override TokenPooling ClassifierPooling => TokenPooling.LastToken;

    public override bool ReadsPairsInOneRow => true;

    public override IReadOnlyList<string> HeadNames => [Score];

    public override IReadOnlyList<string> Spare => [CausalLanguageModel.HeadName + "."];

    /// <summary>Builds the decoder without a head.</summary>
    public abstract Decoder CreateDecoder(ParameterSource parameters, DecoderConfig config);

    public override TextEncoder CreateEncoder(ParameterSource parameters, ModelConfig config, TokenPooling pooling) => pooling == TokenPooling.LastToken
        ? CreateDecoder(parameters, (DecoderConfig)config)
        : throw new ArgumentException($"Only the last token of a '{ModelType}' has seen the whole text; {pooling} pooling is not for it.", nameof(pooling));

    public override IReadOnlyList<(string Name, Stage Stage)> CreateHead(ParameterSource parameters, int featureCount, ClassifierShape shape) =>
        [(Score, new ClassificationHead(parameters.Under(Score), featureCount, shape, hasBias: false))];

    /// <summary>Reads a configuration in which no padding is a null, or −1 as in the first LLaMA.</summary>
    private protected static T ReadDecoderConfig<T>(JsonObject config, string source) where T : DecoderConfig
    {
        if (config.TryGetPropertyValue(PaddingField, out var padding) && (padding is null || padding.ToString() == "-1"))
        {
            config = (JsonObject)config.DeepClone();
            config.Remove(PaddingField);
        }
        return ReadConfig<T>(config, source);
    }
}
