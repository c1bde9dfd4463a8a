using System.Text.Json.Nodes;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>GPT-2.</summary>
internal sealed class Gpt2Family : DecoderFamily
{
    public override string ModelType => Gpt2Config.ModelTypeName;

    public override string Prefix => "transformer";

    public override string LanguageModelArchitecture => "GPT2LMHeadModel";

    public override string ClassifierArchitecture => "GPT2ForSequenceClassification";

    public override ModelConfig ReadConfig(JsonObject config, string source)
    {
        RequireValue(config, source, "scale_attn_weights", "true");
        RequireValue(config, source, "scale_attn_by_inverse_layer_idx", "false");
        RequireValue(config, source, "add_cross_attention", "false");
        return ReadDecoderConfig<Gpt2Config>(config, source);
    }

    public override Decoder CreateDecoder(ParameterSource parameters, DecoderConfig config) => new Gpt2Model(parameters, (Gpt2Config)config);
}
