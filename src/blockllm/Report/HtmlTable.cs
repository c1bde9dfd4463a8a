using System.Globalization;
using System.Text;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>A table that scrolls by itself where the page is narrow.</summary>
internal static class HtmlTable
{
    /// <summary>Draws a table.</summary>
    /// <param name="label">What it shows, for those who do not see it.</param>
    /// <param name="header">The heads of its columns.</param>
    /// <param name="rows">Its rows; the first cell of each is the row's head.</param>
    /// <param name="isNumeric">Whether the cells are numbers, which stand to the right.</param>
    public static string Draw(string label, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows, bool isNumeric = false)
    {
        var number = isNumeric ? " class=\"number\"" : "";
        // Reachable by keyboard, so that it can be scrolled without a mouse.
        var html = new StringBuilder().Append(CultureInfo.InvariantCulture, $"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{HtmlPage.Escape(label)}\"><table aria-label=\"{HtmlPage.Escape(label)}\">\n<thead><tr>");
        foreach (var (i, head) in header.Index())
            html.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\"{(i == 0 ? "" : number)}>{HtmlPage.Escape(head)}</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in rows)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{HtmlPage.Escape(row[0])}</th>");
            foreach (var cell in row.Skip(1))
                html.Append(CultureInfo.InvariantCulture, $"<td{number}>{HtmlPage.Escape(cell)}</td>");
            html.Append("</tr>\n");
        }

        return html.Append("</tbody></table></div>").ToString();
    }
}
