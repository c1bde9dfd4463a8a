using System.Text;

namespace Microsoft.ML.BlockLlm.Setup;

/// <summary>Turns SpamAssassin's e-mails into one table of two columns, Label (ham or spam) and Text.</summary>
internal static class SpamAssassinConversion
{
    private const int MaxLength = 2000;

    public static void Convert(string package, string target)
    {
        var groups = Directory.GetDirectories(Path.Combine(package, "data")).Order(StringComparer.Ordinal);
        using var table = new StreamWriter(target, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
        table.WriteLine("Label\tText");
        foreach (var group in groups)
        {
            var label = Path.GetFileName(group).StartsWith("spam", StringComparison.Ordinal) ? "spam" : "ham";
            foreach (var path in Directory.GetFiles(group, "*.txt").Order(StringComparer.Ordinal))
                table.WriteLine($"{label}\t{TextOf(path)}");
        }
    }

    private static string TextOf(string path)
    {
        // Latin-1 takes every byte, and these mails are from the time before UTF-8.
        var text = MailText.Of(File.ReadAllText(path, Encoding.Latin1));
        return text.Length <= MaxLength ? text : text[..MaxLength].TrimEnd();
    }
}
