using System.CommandLine;
using System.Reflection;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>The flags of a command for all settings of a record, and a configuration file that flags win over.</summary>
/// <typeparam name="T">The record; a new one has the defaults.</typeparam>
internal sealed class SettingOptions<T> where T : class, new()
{
    private readonly Option<string> _config = new("--config") { HelpName = "file", Description = "A YAML or JSON file with settings, under the names of the flags; flags win over it." };
    private readonly IReadOnlyDictionary<string, Setting> _settings;
    private readonly IReadOnlyList<SettingFlag> _flags;

    public SettingOptions()
    {
        var defaults = new T();
        _settings = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite)
            .Select(property => new Setting(property))
            .ToDictionary(setting => setting.Key);
        _flags = [.. _settings.Values.Select(setting => new SettingFlag(setting, "--" + setting.Key, setting.ValueOf(defaults)))];
    }

    /// <summary>Gives a command the flags.</summary>
    public void AddTo(CliCommand command)
    {
        command.Add(_config);
        foreach (var flag in _flags)
            command.Add(flag.Option);
    }

    /// <summary>The settings of a command line: defaults, over them the configuration file, over it the flags.</summary>
    /// <exception cref="UsageException">A value is wrong, or the file has a key that does not exist.</exception>
    public T Resolve(ParseResult parsed)
    {
        var settings = parsed.GetValue(_config) is { } path ? Read(path) : new T();
        foreach (var flag in _flags)
            flag.Apply(settings, parsed);
        return settings;
    }

    /// <summary>The settings of a configuration file alone.</summary>
    /// <exception cref="UsageException">A value is wrong, or the file has a key that does not exist.</exception>
    public T Read(string path)
    {
        var settings = new T();
        foreach (var entry in ConfigurationFile.Read(path))
            Find(entry).Apply(settings, entry.Texts, entry.Source);
        return settings;
    }

    /// <summary>All settings by name, as a configuration file has them.</summary>
    public IReadOnlyList<(string Key, object? Value)> List(T settings) => [.. _settings.Values.Select(setting => (setting.Key, Setting.ToPlain(setting.ValueOf(settings))))];

    /// <summary>The settings that a method takes, likewise.</summary>
    public IReadOnlyList<(string Key, object? Value)> List(T settings, MethodName method) => [.. List(settings).Where(entry => _settings[entry.Key].IsOf(method))];

    /// <summary>Settings as far as a method takes them; all others have their defaults.</summary>
    public T Of(T settings, MethodName method)
    {
        var own = new T();
        foreach (var setting in _settings.Values.Where(setting => setting.IsOf(method)))
            setting.Copy(settings, own);
        return own;
    }

    private Setting Find(ConfigurationEntry entry) => _settings.GetValueOrDefault(entry.Key)
        ?? throw new UsageException($"{entry.Source}: there is no setting '{entry.Key}'. Did you mean '{NearestName.Of(entry.Key, _settings.Keys)}'?");
}
