using System.Globalization;
using System.Text;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>A point of a plot.</summary>
/// <param name="Name">What stands beside it.</param>
/// <param name="X">Its place to the right.</param>
/// <param name="Y">Its height.</param>
/// <param name="Lowest">Where the bar through it begins.</param>
/// <param name="Highest">Where the bar through it ends.</param>
internal sealed record ScatterPoint(string Name, double X, double Y, double Lowest, double Highest);

/// <summary>Draws named points as inline SVG.</summary>
internal static class ScatterPlot
{
    private const int Width = 640;
    private const int Height = 280;
    private const int Left = 64;
    private const int Right = 600;
    private const int Top = 24;
    private const int Bottom = 240;
    private const int LetterWidth = 7;
    private const int LineHeight = 13;

    /// <summary>Draws a plot; points that are not finite are left out, and bars of points that have no spread.</summary>
    /// <param name="title">What it shows, for those who do not see it.</param>
    /// <param name="across">What the axis to the right has, from 0.</param>
    /// <param name="up">What the axis upwards has.</param>
    /// <param name="points">The points.</param>
    public static string Draw(string title, string across, string up, IEnumerable<ScatterPoint> points)
    {
        var drawn = points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y)).OrderByDescending(point => point.Y).ToList();
        if (drawn.Count == 0)
            return "<p>There is nothing to show.</p>";
        var x = new ChartAxis(0, drawn.Max(point => point.X), Left, Right);
        var y = new ChartAxis(drawn.Min(point => point.Lowest), drawn.Max(point => point.Highest), Bottom, Top);
        var summary = title + ": " + string.Join("; ", drawn.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.Name} {point.Y:G4} at {point.X:F0}")));
        var svg = new StringBuilder().Append(CultureInfo.InvariantCulture, $"<figure><svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{HtmlPage.Escape(summary)}\">\n");
        foreach (var value in y.RoundValues())
        {
            var place = ChartAxis.Place(y.At(value));
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - 12}\" y1=\"{place}\" y2=\"{place}\"/><text x=\"{Left - 6}\" y=\"{place}\" text-anchor=\"end\" dominant-baseline=\"middle\">{value:0.####}</text>\n");
        }

        foreach (var value in x.RoundValues())
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{ChartAxis.Place(x.At(value))}\" y=\"{Height - 14}\" text-anchor=\"middle\">{value:0.##}</text>\n");
        var names = new List<(double Left, double Height, double Width)>();
        foreach (var point in drawn)
        {
            // Names of points to the right stand to their left, and below those that are there already.
            var (left, height, width) = (x.At(point.X), y.At(point.Y), (double)(LetterWidth * point.Name.Length));
            var isRight = left > (Left + Right) / 2;
            var name = (Left: isRight ? left - 10 - width : left + 10, Height: height, Width: width);
            while (names.Any(other => Math.Abs(other.Height - name.Height) < LineHeight && name.Left < other.Left + other.Width && other.Left < name.Left + name.Width))
                name.Height += 1;
            names.Add(name);
            var (column, row) = (ChartAxis.Place(left), ChartAxis.Place(height));
            if (point.Lowest < point.Highest)
                svg.Append(CultureInfo.InvariantCulture, $"<line class=\"s0\" x1=\"{column}\" x2=\"{column}\" y1=\"{ChartAxis.Place(y.At(point.Lowest))}\" y2=\"{ChartAxis.Place(y.At(point.Highest))}\"/>\n");
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"f0\" cx=\"{column}\" cy=\"{row}\" r=\"5\"/><text x=\"{ChartAxis.Place(left + (isRight ? -10 : 10))}\" y=\"{ChartAxis.Place(name.Height)}\" text-anchor=\"{(isRight ? "end" : "start")}\" dominant-baseline=\"middle\">{HtmlPage.Escape(point.Name)}</text>\n");
        }

        return svg.Append(CultureInfo.InvariantCulture, $"</svg>\n<figcaption>{HtmlPage.Escape(up)} upwards, {HtmlPage.Escape(across)} to the right</figcaption></figure>").ToString();
    }
}
