namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// How a folder of the sentence-transformers library says that texts are pooled (Reimers and Gurevych, 2019, arXiv 1908.10084): <c>modules.json</c> names the
/// parts of an encoder, and one of them is <c>1_Pooling/config.json</c>.
/// </summary>
internal static class SentencePooling
{
    /// <summary>The file that names the parts.</summary>
    public const string Modules = "modules.json";

    private const string Namespace = "sentence_transformers.models.";
    private const string Settings = "_Pooling/config.json";
    private const string Mode = "pooling_mode_";

    private static readonly Dictionary<string, TokenPooling> s_modes = new()
    {
        ["cls_token"] = TokenPooling.FirstToken,
        ["mean_tokens"] = TokenPooling.Mean,
        ["lasttoken"] = TokenPooling.LastToken,
    };

    /// <summary>Whether a file holds the settings of a pooling.</summary>
    public static bool IsSettings(string name) =>
        name.EndsWith(Settings, StringComparison.Ordinal) && name[..^Settings.Length] is { Length: > 0 } number && number.All(char.IsAsciiDigit);

    /// <summary>The pooling of a folder; null if it is no folder of that library.</summary>
    /// <exception cref="ModelLoadException">A file is missing or broken, or asks for what is not supported.</exception>
    public static TokenPooling? Read(ModelFileReader reader, string source) => ReadFile(reader, Modules, source, root =>
    {
        TokenPooling? pooling = null;
        foreach (var module in root.Items())
        {
            switch (module.String("type").Replace(Namespace, "", StringComparison.Ordinal))
            {
                case "Pooling":
                    pooling = ReadSettings(reader, module, source);
                    break;
                case "Transformer" or "Normalize":
                    // The encoder itself; and lengths of 1, which Embed gives anyway.
                    break;
                case var type:
                    throw module.Wrong($"a module of type '{type}' is not supported; supported are Transformer, Pooling and Normalize. Give the pooling to embed without it");
            }
        }
        return pooling;
    });

    private static TokenPooling? ReadSettings(ModelFileReader reader, JsonPart module, string source)
    {
        var name = $"{module.String("path")}/config.json";
        if (!IsSettings(name))
            throw module.Required("path").Wrong($"'{module.String("path")}' is no folder of a pooling, such as 1_Pooling");
        return ReadFile(reader, name, source, root =>
        {
            var modes = root.Element.EnumerateObject().Where(item => item.Name.StartsWith(Mode, StringComparison.Ordinal) && root.Bool(item.Name, false))
                .Select(item => item.Name[Mode.Length..]).ToList();
            return modes is [var mode] && s_modes.TryGetValue(mode, out var pooling)
                ? (TokenPooling?)pooling
                : throw root.Wrong($"the pooling {string.Join(" and ", modes)} is not supported; supported is one of {string.Join(", ", s_modes.Keys)}. Give the pooling to embed with another");
        }) ?? throw module.Wrong($"{name} is missing");
    }

    private static TokenPooling? ReadFile(ModelFileReader reader, string name, string source, Func<JsonPart, TokenPooling?> read) =>
        BoundedFile.ReadIfThere(reader, name, source) is { } json ? JsonPart.Read(json, $"{source}, {name}", "description of an encoder", read) : null;
}
