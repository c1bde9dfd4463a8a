using System.Globalization;
using System.Text;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>A curve of a chart.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Points">Its points, by step.</param>
internal sealed record ChartCurve(string Name, IReadOnlyList<(double Step, double Value)> Points);

/// <summary>Draws curves over the steps of a run as inline SVG.</summary>
internal static class LineChart
{
    private const int Width = 640;
    private const int Height = 240;
    private const int Left = 64;
    private const int Bottom = 208;
    private const int MostPoints = 600;

    /// <summary>Draws a chart; values that are not finite are left out.</summary>
    /// <param name="title">What it shows, for those who do not see it.</param>
    /// <param name="curves">The curves; those without points are left out.</param>
    /// <param name="fromZero">Whether the axis begins at 0 rather than at the smallest value.</param>
    /// <param name="format">How the axis writes its values.</param>
    public static string Draw(string title, IEnumerable<ChartCurve> curves, bool fromZero = false, string format = "0.####")
    {
        var drawn = curves.Select(curve => curve with { Points = Thin([.. curve.Points.Where(point => double.IsFinite(point.Value))]) }).Where(curve => curve.Points.Count > 0).ToList();
        if (drawn.Count == 0)
            return "<p>There is nothing to show.</p>";
        var points = drawn.SelectMany(curve => curve.Points).ToList();
        var steps = new ChartAxis(points.Min(point => point.Step), points.Max(point => point.Step), Left, Width - 12);
        var values = new ChartAxis(fromZero ? 0 : points.Min(point => point.Value), points.Max(point => point.Value), Bottom, 12);
        var svg = new StringBuilder().Append(CultureInfo.InvariantCulture, $"<figure><svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{HtmlPage.Escape(Summary(title, drawn))}\">\n");
        foreach (var value in values.RoundValues())
        {
            var y = ChartAxis.Place(values.At(value));
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - 12}\" y1=\"{y}\" y2=\"{y}\"/><text x=\"{Left - 6}\" y=\"{y}\" text-anchor=\"end\" dominant-baseline=\"middle\">{value.ToString(format, CultureInfo.InvariantCulture)}</text>\n");
        }

        foreach (var step in steps.RoundValues().Where(step => step == Math.Floor(step)))
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{ChartAxis.Place(steps.At(step))}\" y=\"{Height - 14}\" text-anchor=\"middle\">{step.ToString("0", CultureInfo.InvariantCulture)}</text>\n");
        foreach (var (i, curve) in drawn.Index())
        {
            if (curve.Points.Count == 1)
                svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"f{i}\" cx=\"{X(curve.Points[0])}\" cy=\"{Y(curve.Points[0])}\" r=\"4\"/>\n");
            else
                svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"curve s{i}\" points=\"{string.Join(' ', curve.Points.Select(point => $"{X(point)},{Y(point)}"))}\"/>\n");
        }

        return svg.Append(CultureInfo.InvariantCulture, $"</svg>\n<figcaption>{string.Join(" · ", drawn.Select((curve, i) => Key(i, curve.Name)))}, by step</figcaption></figure>").ToString();

        string X((double Step, double Value) point) => ChartAxis.Place(steps.At(point.Step));

        string Y((double Step, double Value) point) => ChartAxis.Place(values.At(point.Value));
    }

    private static string Key(int i, string name) =>
        $"<svg viewBox=\"0 0 24 8\" style=\"width:1.5rem;min-width:0\" aria-hidden=\"true\"><line class=\"curve s{i}\" x1=\"0\" x2=\"24\" y1=\"4\" y2=\"4\"/></svg> {HtmlPage.Escape(name)}";

    private static string Summary(string title, IEnumerable<ChartCurve> curves) => title + ": " + string.Join("; ", curves.Select(curve =>
        string.Create(CultureInfo.InvariantCulture, $"{curve.Name} from {curve.Points[0].Value:G4} at step {curve.Points[0].Step} to {curve.Points[^1].Value:G4} at step {curve.Points[^1].Step}")));

    /// <summary>Every so many points, and the last, where there are more than can be seen.</summary>
    private static List<(double, double)> Thin(List<(double Step, double Value)> points)
    {
        var stride = (points.Count / MostPoints) + 1;
        return [.. points.Where((_, i) => i % stride == 0 || i == points.Count - 1)];
    }
}
