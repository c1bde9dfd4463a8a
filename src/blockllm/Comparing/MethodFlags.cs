using System.CommandLine;
using System.Reflection;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>
/// The flags of settings for one method of a comparison alone, <c>--METHOD.SETTING</c>: each method has one for every setting of methods but those of which a comparison has several values.
/// They are hundreds, so that help says only what they are like.
/// </summary>
internal sealed class MethodFlags
{
    private readonly ILookup<MethodName, SettingFlag> _flags =
    (
        from property in typeof(MethodSettings).GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.CanWrite && property.Name is not (nameof(MethodSettings.Method) or nameof(MethodSettings.LearningRate) or nameof(MethodSettings.Seed))
        let setting = new Setting(property)
        from method in Enum.GetValues<MethodName>()
        select (Method: method, Flag: new SettingFlag(setting, $"--{KebabCase.Of(method.ToString())}.{setting.Key}", initial: null) { Option = { Hidden = true } })
    ).ToLookup(entry => entry.Method, entry => entry.Flag);

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
    public IReadOnlyDictionary<MethodName, T> Of<T>(ParseResult parsed, T settings, SettingOptions<T> names, IReadOnlyList<MethodName> methods) where T : TrainerSettings, new()
    {
        if (_flags.Where(flags => !methods.Contains(flags.Key)).SelectMany(flags => flags).FirstOrDefault(flag => flag.IsGiven(parsed)) is { } unused)
            throw new UsageException($"{unused.Option.Name} is a setting of a method that is not compared. Leave it out, or name the method in --methods.");
        OnlyForAttribute.CheckAny(settings, methods);
        return methods.ToDictionary(method => method, OwnOf);

        T OwnOf(MethodName method)
        {
            var own = (T)(names.Of(settings, method) with { Method = method });
            foreach (var flag in _flags[method])
                flag.Apply(own, parsed);
            return own;
        }
    }
}
