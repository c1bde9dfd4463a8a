namespace Microsoft.ML.BlockLlm.Models;

/// <summary>All of a language model but its weights. Unlike other models, one made for ids alone has no tokenizer.</summary>
/// <param name="ConfigFile">The configuration.</param>
/// <param name="TokenizerFiles">The tokenizer, if there is one.</param>
/// <param name="GenerationConfig">How its authors have it write, if they say so.</param>
/// <param name="Source">Where the model is from, for messages.</param>
internal sealed record LanguageModelDescription(ConfigFile ConfigFile, TokenizerFiles? TokenizerFiles, GenerationConfigFile? GenerationConfig, string Source)
{
    /// <summary>Reads configuration, tokenizer, and how to generate.</summary>
    public static LanguageModelDescription Read(ModelFileReader reader, string source)
    {
        var configFile = ConfigFile.Read(reader, source);
        var tokenizerFiles = TokenizerFiles.ReadIfThere(reader, source);
        tokenizerFiles?.RequireFit(configFile.Config, source);
        return new(configFile, tokenizerFiles, GenerationConfigFile.ReadIfThere(reader, configFile.Config, source), source);
    }

    /// <summary>Writes the files.</summary>
    /// <param name="writer">Takes the files.</param>
    /// <param name="changes">Fields of the configuration that are new or have another value.</param>
    public void Write(ModelFileWriter writer, IEnumerable<KeyValuePair<string, System.Text.Json.Nodes.JsonNode>> changes)
    {
        ConfigFile.Write(writer, changes);
        TokenizerFiles?.Write(writer);
        GenerationConfig?.Write(writer);
    }
}
