using System.CommandLine;
using System.Globalization;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>A flag that gives a setting its value.</summary>
internal sealed class SettingFlag
{
    /// <summary>What a switch that stands alone says.</summary>
    private const string SwitchedOn = "true";

    /// <param name="setting">The setting.</param>
    /// <param name="name">The name of the flag.</param>
    /// <param name="initial">The value without the flag, for help.</param>
    public SettingFlag(Setting setting, string name, object? initial)
    {
        Setting = setting;
        // A switch takes a value only where one follows; other words may be arguments.
        Option = setting.IsSwitch
            ? new Option<bool>(name) { Arity = ArgumentArity.ZeroOrOne }
            : setting.IsList ? new Option<string[]>(name) : new Option<string>(name);
        Option.HelpName = setting.ValueName;
        Option.Description = setting.Description + initial switch
        {
            null or IReadOnlyList<string> => "",
            bool isOn => $" Default: {(isOn ? "true" : "false")}.",
            _ => string.Create(CultureInfo.InvariantCulture, $" Default: {Setting.ToPlain(initial)}."),
        };
    }

    /// <summary>The setting.</summary>
    public Setting Setting { get; }

    /// <summary>The flag as a command has it.</summary>
    public Option Option { get; }

    /// <summary>Whether a command line has the flag.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetResult(Option) is { Implicit: false };

    /// <summary>Gives the setting the value that a command line says; without the flag nothing happens.</summary>
    /// <exception cref="UsageException">The value is wrong.</exception>
    public void Apply(object settings, ParseResult parsed)
    {
        if (parsed.GetResult(Option) is { Implicit: false } result)
            Setting.Apply(settings, result.Tokens is [] ? [SwitchedOn] : [.. result.Tokens.Select(token => token.Value)], Option.Name);
    }
}
