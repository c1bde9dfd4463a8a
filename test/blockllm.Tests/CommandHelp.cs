using System.Text.RegularExpressions;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

/// <summary>What <c>--help</c> says of each command that does something.</summary>
internal static partial class CommandHelp
{
    private static readonly Lazy<IReadOnlyList<(string[] Command, string Text)>> s_all = new(() =>
    {
        using var folder = new WorkingFolder();
        return [.. Below(folder, [])];
    });

    /// <summary>The commands, with their help.</summary>
    public static IReadOnlyList<(string[] Command, string Text)> All => s_all.Value;

    /// <summary>The flags that a help names.</summary>
    public static IEnumerable<string> Flags(string help) => Flag().Matches(help).Select(match => match.Value);

    private static IEnumerable<(string[] Command, string Text)> Below(WorkingFolder folder, string[] command)
    {
        var text = ToolRun.Succeeding(folder, [.. command, "--help"]).Output;
        var parts = text.Split("\nCommands:\n");
        return parts.Length == 1 ? [(command, text)] : CommandName().Matches(parts[1]).SelectMany(match => Below(folder, [.. command, match.Groups[1].Value]));
    }

    [GeneratedRegex("(?m)^  ([a-z]+)")]
    private static partial Regex CommandName();

    [GeneratedRegex("--[a-z0-9-]+")]
    private static partial Regex Flag();
}
