namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// How long the texts are that a folder of the sentence-transformers library embeds: <c>max_seq_length</c> in <c>sentence_bert_config.json</c>, which older versions of it
/// call after another family. Such a model was trained on texts of that length, though it could take longer ones.
/// </summary>
internal static class SentenceLength
{
    private static readonly string[] s_names = ["sentence_bert_config.json", "sentence_roberta_config.json", "sentence_distilbert_config.json"];

    /// <summary>The names that the file can have.</summary>
    public static IReadOnlyList<string> Names => s_names;

    /// <summary>The number of tokens, special ones included; null if the folder says nothing.</summary>
    /// <param name="reader">Gives the files.</param>
    /// <param name="config">The model's shape; what it cannot take is not asked for.</param>
    /// <param name="source">Where the model is from, for messages.</param>
    /// <exception cref="ModelLoadException">The file is broken, or asks for what is not supported.</exception>
    public static int? Read(ModelFileReader reader, ModelConfig config, string source)
    {
        foreach (var name in s_names)
        {
            if (BoundedFile.ReadIfThere(reader, name, source) is { } json)
                return JsonPart.Read(json, $"{source}, {name}", "description of an encoder", root => Read(root, config));
        }
        return null;
    }

    private static int? Read(JsonPart root, ModelConfig config)
    {
        if (root.Bool("do_lower_case", false))
            throw root.Required("do_lower_case").Wrong("texts in lower case are not supported. Give maxTokens, and texts that are in lower case");
        if (root.Optional("max_seq_length") is not { } length)
            return null;
        var tokens = length.Element.GetInt32();
        return tokens >= 1 ? Math.Min(tokens, config.MaxTokens) : throw length.Wrong($"is {tokens}, but must be at least 1");
    }
}
