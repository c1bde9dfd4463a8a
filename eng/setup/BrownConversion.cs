using System.Text;
using System.Text.RegularExpressions;

namespace Microsoft.ML.BlockLlm.Setup;

/// <summary>Turns the Brown corpus, whose words each have a tag (<c>The/at jury/nn</c>), into plain text: one paragraph a line, an empty line between documents.</summary>
internal static partial class BrownConversion
{
    public static void Convert(string package, string target)
    {
        var documents = Directory.GetFiles(package).Where(path => DocumentName().IsMatch(Path.GetFileName(path))).Order(StringComparer.Ordinal);
        File.WriteAllText(target, string.Join("\n\n", documents.Select(TextOf)) + "\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    private static string TextOf(string path) => string.Join('\n', File.ReadLines(path, Encoding.Latin1)
        .Where(line => !string.IsNullOrWhiteSpace(line))
        .Select(line => Joined(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(WithoutTag))));

    private static string WithoutTag(string word) => word.LastIndexOf('/') is > 0 and var slash ? word[..slash] : word;

    private static string Joined(IEnumerable<string> words) =>
        ClosingMark().Replace(OpeningMark().Replace(string.Join(' ', words), "$1"), "$1").Replace("``", "\"", StringComparison.Ordinal).Replace("''", "\"", StringComparison.Ordinal);

    [GeneratedRegex("^c[a-r][0-9]{2}$")]
    private static partial Regex DocumentName();

    [GeneratedRegex(@"(``|[(\[]) ")]
    private static partial Regex OpeningMark();

    [GeneratedRegex(@" (''|[.,;:?!)\]])")]
    private static partial Regex ClosingMark();
}
