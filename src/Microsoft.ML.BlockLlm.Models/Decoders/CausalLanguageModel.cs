using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// A model that predicts each next token from those before it: token ids to logits <c>[batch, tokens, vocabulary]</c>. Its loss is the
/// cross-entropy with <see cref="NextTokenTargets"/>.
/// </summary>
/// <remarks>Padding stands after a row's tokens or before them; the logits at padding mean nothing.</remarks>
public sealed class CausalLanguageModel : StagedModel
{
    private const string HeadName = "lm_head";
    private const string ConfigSource = "The configuration";

    private CausalLanguageModel(ModelConfig config, string prefix, Decoder decoder, Linear? output) : base(nameof(CausalLanguageModel))
    {
        Config = config;
        Stages = [.. decoder.Body, new LanguageModelHead(decoder.FinalNorm, output, output is null ? decoder.TokenEmbedding : null)];
        register_module(prefix, decoder);
        if (output is not null)
            register_module(HeadName, output);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Stage> Stages { get; }

    /// <summary>The model's shape.</summary>
    public ModelConfig Config { get; }

    /// <summary>Makes a model with new weights, as its family begins: for LLaMA N(0, 0.02), normalisation weights 1, biases 0.</summary>
    /// <param name="config">The shape: a <see cref="LlamaConfig"/>, <see cref="MistralConfig"/> or <see cref="Qwen2Config"/>.</param>
    /// <param name="generator">The source of randomness. Default: torch's own.</param>
    /// <returns>The model, on the CPU and in training mode; the caller disposes it.</returns>
    /// <exception cref="ModelLoadException">The configuration contradicts itself, or is not that of a language model.</exception>
    public static CausalLanguageModel FromConfig(ModelConfig config, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate(ConfigSource);
        if (config is not LlamaConfig llama)
            throw new ModelLoadException($"{ConfigSource} is of model type '{config.ModelType}', which is no language model.");
        using var scope = NewDisposeScope();
        var source = new InitialParameters(generator);
        const string prefix = "model";
        var decoder = new LlamaModel(source.Under(prefix), llama);
        var output = llama.TieWordEmbeddings ? null : new Linear(source.Under(HeadName), llama.HiddenSize, llama.VocabularySize, hasBias: false);
        var model = new CausalLanguageModel(config, prefix, decoder, output);
        model.DetachParametersFromDisposeScope();
        return model;
    }
}
