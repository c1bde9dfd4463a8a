using System.Text.Json.Nodes;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>LLaMA, and the families that differ from it by little: Mistral and Qwen2.</summary>
/// <typeparam name="TConfig">The configuration of the family.</typeparam>
/// <param name="modelType">The family's name in <c>config.json</c>.</param>
/// <param name="architecture">What the names of its classes in Python's transformers begin with.</param>
internal sealed class LlamaFamily<TConfig>(string modelType, string architecture) : DecoderFamily where TConfig : LlamaConfig
{
    public override string ModelType => modelType;

    public override string Prefix => "model";

    public override string LanguageModelArchitecture => architecture + "ForCausalLM";

    public override string ClassifierArchitecture => architecture + "ForSequenceClassification";

    public override ModelConfig ReadConfig(JsonObject config, string source) => ReadDecoderConfig<TConfig>(RopeParameters.ToOlderForm(config, source), source);

    public override Decoder CreateDecoder(ParameterSource parameters, DecoderConfig config) => new LlamaModel(parameters, (TConfig)config);
}
