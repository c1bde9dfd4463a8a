using System.CommandLine;
using System.Reflection;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>
/// The flags of settings for one method of a comparison alone, <c>--METHOD.SETTING</c>: each method has one for every setting of methods but those of which a comparison has several values.
/// They are hundreds, so that help says only what they are like.
/// </summary>
/// <param name="ownNames">The names of methods beside those that all have.</param>
internal sealed class MethodFlags(IEnumerable<string> ownNames)
{
    private readonly ILookup<string, SettingFlag> _flags =
    (
        from property in typeof(MethodSettings).GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.CanWrite && property.Name is not (nameof(MethodSettings.Method) or nameof(MethodSettings.LearningRate) or nameof(MethodSettings.Seed))
        let setting = new Setting(property)
        from name in KebabCase.NamesOf(typeof(MethodName)).Union(ownNames)
        select (Name: name, Flag: new SettingFlag(setting, $"--{name}.{setting.Key}", initial: null) { Option = { Hidden = true } })
    ).ToLookup(entry => entry.Name, entry => entry.Flag);

    /// <summary>Gives a command the flags.</summary>
    public void AddTo(CliCommand command)
    {
        foreach (var flag in _flags.SelectMany(flags => flags))
            command.Add(flag.Option);
    }

    /// <summary>The settings that each method is compared with: of those of all methods the ones that it takes, and its own.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="settings">The settings of all methods.</param>
    /// <param name="names">Lists settings by name.</param>
    /// <param name="methods">The methods.</param>
    /// <exception cref="UsageException">A value is wrong, or a setting belongs to a method that is not compared.</exception>
    public IReadOnlyDictionary<ComparedMethod, T> Of<T>(ParseResult parsed, T settings, SettingOptions<T> names, IReadOnlyList<ComparedMethod> methods) where T : TrainerSettings, new()
    {
        if (_flags.Where(flags => !methods.Any(method => method.Name == flags.Key)).SelectMany(flags => flags).FirstOrDefault(flag => flag.IsGiven(parsed)) is { } unused)
            throw new UsageException($"{unused.Option.Name} is a setting of a method that is not compared. Leave it out, or name the method in --methods.");
        OnlyForAttribute.CheckAny(settings, [.. methods.Select(method => method.Method).Distinct()]);
        return methods.ToDictionary(method => method, OwnOf);

        T OwnOf(ComparedMethod method)
        {
            var own = (T)(names.Of(settings, method.Method) with { Method = method.Method });
            foreach (var flag in _flags[method.Name])
                flag.Apply(own, parsed);
            return own;
        }
    }

    /// <summary>What the methods are that have names of their own, as sentences.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="settings">The settings of each method.</param>
    public IReadOnlyList<string> Variants<T>(ParseResult parsed, IReadOnlyDictionary<ComparedMethod, T> settings) where T : TrainerSettings
    {
        return [.. settings.Where(entry => ComparedMethod.Find(entry.Key.Name) is null).Select(entry => Describe(entry.Key, entry.Value))];

        string Describe(ComparedMethod method, T own)
        {
            var given = _flags[method.Name].Where(flag => flag.IsGiven(parsed)).Select(flag => $"{flag.Setting.Key} {Setting.ToText(Setting.ToPlain(flag.Setting.ValueOf(own)))}").ToList();
            return $"{method.Name} is {KebabCase.Of(method.Method.ToString())}{(given.Count == 0 ? "" : " with ")}{string.Join(", ", given)}.";
        }
    }
}
