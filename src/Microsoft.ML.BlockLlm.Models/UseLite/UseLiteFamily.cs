using System.Text.Json.Nodes;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The Universal Sentence Encoder lite.</summary>
internal sealed class UseLiteFamily : ModelFamily
{
    public override string ModelType => UseLiteConfig.ModelTypeName;

    public override string Prefix => "use_lite";

    public override ModelConfig ReadConfig(JsonObject config, string source) => ReadConfig<UseLiteConfig>(config, source);

    public override TextEncoder CreateEncoder(ParameterSource parameters, ModelConfig config, TokenPooling pooling) => pooling == TokenPooling.Pooler
        ? new UseLiteModel(parameters, (UseLiteConfig)config)
        : throw new ArgumentException($"The Universal Sentence Encoder lite has its own pooling layer; {pooling} pooling is not for it.", nameof(pooling));
}
