using System.Globalization;
using Microsoft.ML.BlockLlm.Models;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using YamlDotNet.Serialization;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>What a configuration file says of one setting.</summary>
/// <param name="Key">The setting's name.</param>
/// <param name="Texts">Its value, or the entries of a list.</param>
/// <param name="Source">File and line, for messages.</param>
internal sealed record ConfigurationEntry(string Key, IReadOnlyList<string> Texts, string Source);

/// <summary>Settings in YAML, of which JSON is a part: one map of names to values or lists of values.</summary>
internal static class ConfigurationFile
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="UsageException">The file does not exist, or is no such map.</exception>
    public static IReadOnlyList<ConfigurationEntry> Read(string path)
    {
        if (!File.Exists(path))
            throw new UsageException($"The configuration file '{path}' does not exist.");
        var yaml = new YamlStream();
        try
        {
            using var reader = File.OpenText(path);
            yaml.Load(reader);
        }
        catch (YamlException exception)
        {
            throw new UsageException($"{Place(path, exception.Start)}: this is neither YAML nor JSON: {exception.Message}", exception);
        }

        if (yaml.Documents.Count == 0)
            return [];
        return yaml.Documents[0].RootNode is YamlMappingNode map
            ? [.. map.Children.Select(item => Entry(path, item.Key, item.Value))]
            : throw new UsageException($"'{path}' must hold settings as 'name: value', one a line.");
    }

    /// <summary>Writes a file that <see cref="Read"/> reads.</summary>
    public static void Write(string path, IEnumerable<(string Key, object? Value)> settings) => AtomicFile.WriteText(path, ToText(settings));

    /// <summary>What <see cref="Write"/> writes.</summary>
    public static string ToText(IEnumerable<(string Key, object? Value)> settings)
    {
        var serializer = new SerializerBuilder().WithQuotingNecessaryStrings().DisableAliases().Build();
        // A null would read as text: 'none' is how one writes it.
        return serializer.Serialize(settings.ToDictionary(setting => setting.Key, setting => setting.Value ?? "none"));
    }

    private static ConfigurationEntry Entry(string path, YamlNode key, YamlNode value)
    {
        var source = Place(path, key.Start);
        var name = (key as YamlScalarNode)?.Value ?? throw new UsageException($"{source}: the name of a setting must be a word.");
        return new(name, value is YamlSequenceNode list ? [.. list.Children.Select(item => Text(item, name, source))] : [Text(value, name, source)], source);
    }

    private static string Text(YamlNode node, string name, string source) => node switch
    {
        YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "null" or "~" } => "none",
        YamlScalarNode { Value: { } text } => text,
        _ => throw new UsageException($"{source}: {name} must be a value, or a list of values."),
    };

    private static string Place(string path, Mark mark) => string.Create(CultureInfo.InvariantCulture, $"{path}, line {mark.Line}");
}
