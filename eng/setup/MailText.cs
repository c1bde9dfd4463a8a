using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Microsoft.ML.BlockLlm.Setup;

/// <summary>What a person reads of an e-mail: subject and text, in one line.</summary>
internal static partial class MailText
{
    public static string Of(string mail)
    {
        var message = Part.Parse(mail);
        var text = WithoutTags($"{message.Header("Subject")} {Body(message)}");
        // A quotation mark could be taken for the beginning of a quoted field of the table.
        return WhiteSpace().Replace(text.Replace('"', '\''), " ").Trim();
    }

    private static string Body(Part part)
    {
        var type = part.Header("Content-Type");
        if (type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) && Boundary().Match(type) is { Success: true } boundary)
            return BodyOfFirstReadable(part.Body.Split("--" + boundary.Groups[1].Value).Skip(1));
        if (type.StartsWith("text/html", StringComparison.OrdinalIgnoreCase))
            return WebUtility.HtmlDecode(WithoutTags(part.DecodedBody));
        return type.Length == 0 || type.StartsWith("text", StringComparison.OrdinalIgnoreCase) ? part.DecodedBody : "";
    }

    private static string BodyOfFirstReadable(IEnumerable<string> parts) =>
        parts.Select(part => Body(Part.Parse(part.TrimStart('\r', '\n')))).FirstOrDefault(body => !string.IsNullOrWhiteSpace(body), "");

    // In plain text too: mailing lists passed on pieces of web pages. Addresses such as <someone@example.org> stay.
    private static string WithoutTags(string text) => Tags().Replace(Unread().Replace(text, " "), " ");

    [GeneratedRegex(@"[\s\p{C}]+")]
    private static partial Regex WhiteSpace();

    [GeneratedRegex("boundary=\"?([^\";\\s]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Boundary();

    [GeneratedRegex("<!--.*?-->|<(script|style)\\b.*?</\\1\\s*>", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Unread();

    [GeneratedRegex(@"</?[a-z][a-z0-9]*(\s[^<>]*)?/?>|<![^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex Tags();

    /// <summary>An e-mail or a part of one: header lines, an empty line, and a body.</summary>
    private sealed record Part(string Headers, string Body)
    {
        public static Part Parse(string text)
        {
            var lines = text.ReplaceLineEndings("\n");
            if (lines.StartsWith('\n'))
                return new Part("", lines);
            var end = lines.IndexOf("\n\n", StringComparison.Ordinal);
            return end < 0 ? new Part(lines, "") : new Part(lines[..end], lines[(end + 2)..]);
        }

        public string DecodedBody => Header("Content-Transfer-Encoding").Trim().ToUpperInvariant() switch
        {
            "QUOTED-PRINTABLE" => FromQuotedPrintable(Body),
            "BASE64" => FromBase64(Body),
            _ => Body,
        };

        /// <summary>The value of a header, its continuation lines included; empty if there is none.</summary>
        public string Header(string name)
        {
            var match = Regex.Match(Headers, $@"^{name}:[ \t]*(.*(\n[ \t].*)*)", RegexOptions.IgnoreCase | RegexOptions.Multiline);
            return match.Groups[1].Value;
        }

        private static string FromQuotedPrintable(string text) =>
            Regex.Replace(text.Replace("=\n", "", StringComparison.Ordinal), "=([0-9A-Fa-f]{2})", match => ((char)System.Convert.ToByte(match.Groups[1].Value, 16)).ToString());

        private static string FromBase64(string text)
        {
            var digits = Regex.Replace(text, "[^A-Za-z0-9+/]", "");
            // Cut-off mails end anywhere: a single digit left over is no byte, two or three are padded.
            var whole = digits.Length % 4 == 1 ? digits[..^1] : digits;
            return Encoding.Latin1.GetString(System.Convert.FromBase64String(whole.PadRight((whole.Length + 3) / 4 * 4, '=')));
        }
    }
}
