using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

[TestClass]
public sealed partial class ReportTests
{
    private static WorkingFolder s_folder = null!;
    private static XDocument s_page = null!;

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        s_folder = new WorkingFolder();
        s_folder.TrainClassifier("--epochs", "4", "--batch-size", "4", "--reselection", "fixed-period", "--patience", "5", "--validation-fraction", "0.3");
        s_page = XDocument.Load(s_folder["run/report.html"]);
    }

    [ClassCleanup]
    public static void Delete() => s_folder.Dispose();

    [TestMethod]
    public void It_has_all_parts_of_a_run()
    {
        string[] headings = ["Loss", "Accuracy", "Learning rate", "Memory", "Active blocks", "Time", "Confusion matrix", "Most surely wrong", "Settings", "Environment"];

        CollectionAssert.AreEqual(headings, s_page.Descendants("h2").Select(heading => heading.Value).ToArray());
    }

    [TestMethod]
    public void It_asks_nothing_of_a_network()
    {
        string[] references = ["src", "href", "srcset", "data", "action"];

        Assert.AreEqual(0, s_page.Descendants().Attributes().Count(attribute => references.Contains(attribute.Name.LocalName)));
        Assert.AreEqual(0, s_page.Descendants("script").Count());
    }

    [TestMethod]
    public void Every_drawing_has_words_or_is_hidden_from_screen_readers()
    {
        var drawings = s_page.Descendants("svg").ToList();

        Assert.IsTrue(drawings.Count > 0);
        Assert.IsTrue(drawings.All(drawing => drawing.Attribute("aria-label")?.Value.Length > 0 || drawing.Attribute("aria-hidden")?.Value == "true"));
    }

    [TestMethod]
    public void It_has_one_heading_and_tables_whose_cells_have_heads()
    {
        var tables = s_page.Descendants("table").ToList();

        Assert.AreEqual(1, s_page.Descendants("h1").Count());
        Assert.IsTrue(tables.Count > 0);
        Assert.IsTrue(tables.All(table => table.Attribute("aria-label")?.Value.Length > 0));
        Assert.IsTrue(tables.SelectMany(table => table.Element("thead")!.Descendants("th")).All(head => head.Attribute("scope")?.Value == "col"));
        Assert.IsTrue(tables.SelectMany(table => table.Element("tbody")!.Elements("tr")).All(row => row.Elements().First().Attribute("scope")?.Value == "row"));
    }

    [TestMethod]
    public void Its_colours_can_be_read_in_light_and_dark()
    {
        const double Readable = 4.5;
        var schemes = Schemes().Matches(s_page.Descendants("style").Single().Value).Select(scheme => Colour().Matches(scheme.Value).ToDictionary(colour => colour.Groups[1].Value, colour => colour.Groups[2].Value)).ToList();

        Assert.AreEqual(2, schemes.Count);
        foreach (var scheme in schemes)
            foreach (var (name, colour) in scheme.Where(item => item.Key is not ("back" or "line")))
                Assert.IsTrue(Contrast(colour, scheme["back"]) >= Readable, $"--{name}: {colour} on {scheme["back"]}");
    }

    [TestMethod]
    public void The_confusion_matrix_counts_every_row_set_aside()
    {
        var matrix = s_page.Descendants("section").Single(section => section.Element("h2")!.Value == "Confusion matrix");
        var rows = matrix.Descendants("td").Sum(cell => int.Parse(cell.Value, CultureInfo.InvariantCulture));
        var evaluated = int.Parse(s_page.Descendants("p").Select(paragraph => paragraph.Value).Single(text => text.StartsWith("Accuracy", StringComparison.Ordinal)).Split(" on ")[1].Split(' ')[0], CultureInfo.InvariantCulture);

        Assert.AreEqual(evaluated, rows);
    }

    [TestMethod]
    public void Blocks_chosen_anew_have_bars_of_their_own()
    {
        var map = s_page.Descendants("section").Single(section => section.Element("h2")!.Value == "Active blocks");
        var selections = File.ReadLines(s_folder["run/metrics.jsonl"]).Count(line => line.Contains("\"reselected\":true"));

        Assert.IsTrue(selections > 1);
        Assert.IsTrue(map.Descendants("rect").Select(bar => bar.Attribute("x")!.Value).Distinct().Count() > 1);
        StringAssert.Contains(map.Value, $"{selections} selections");
    }

    [TestMethod]
    public void Bars_that_meet_are_one()
    {
        foreach (var row in Rows(s_page))
        {
            var bars = row.Select(bar => (From: Number(bar, "x"), Until: Number(bar, "x") + Number(bar, "width"))).ToList();
            Assert.IsTrue(bars.Zip(bars.Skip(1)).All(pair => pair.Second.From - pair.First.Until > 0.3), string.Join(", ", bars));
        }

        static double Number(XElement bar, string name) => double.Parse(bar.Attribute(name)!.Value, CultureInfo.InvariantCulture);
    }

    [TestMethod]
    public void Many_selections_make_no_more_bars_than_can_be_seen()
    {
        using var folder = new WorkingFolder();
        folder.TrainClassifier("--epochs", "40", "--batch-size", "4", "--reselection", "fixed-period", "--patience", "1", "--checkpoint-every-epoch", "false", "--validation-fraction", "0");
        var page = XDocument.Load(folder["run/report.html"]);

        Assert.IsTrue(File.ReadLines(folder["run/metrics.jsonl"]).Count(line => line.Contains("\"reselected\":true")) > 120);
        Assert.IsTrue(Rows(page).All(row => row.Count is > 0 and <= 120));
        Assert.IsTrue(Rows(page).Any(row => row.Any(bar => bar.Attribute("fill-opacity") is not null)));
    }

    [TestMethod]
    public void Its_environment_names_the_versions_of_packages_the_device_and_the_threads()
    {
        var environment = s_page.Descendants("table").Single(table => table.Attribute("aria-label")!.Value == "Environment").Element("tbody")!.Elements("tr")
            .ToDictionary(row => row.Element("th")!.Value, row => row.Element("td")!.Value);

        StringAssert.StartsWith(environment["blockllm"], "0.");
        StringAssert.Matches(environment["TorchSharp"], new(@"^\d+\.\d+"));
        StringAssert.Matches(environment["ML.NET"], new(@"^\d+\.\d+"));
        Assert.AreEqual("CPU", environment["device"]);
        Assert.IsTrue(int.Parse(environment["threads"], CultureInfo.InvariantCulture) >= 1);
    }

    /// <summary>The bars of each block.</summary>
    private static List<List<XElement>> Rows(XDocument page) =>
        [.. page.Descendants("section").Single(section => section.Element("h2")!.Value == "Active blocks").Descendants("g").Select(row => row.Descendants("rect").ToList())];

    /// <summary>The contrast of two colours, as WCAG 2.1 defines it: from 1 to 21.</summary>
    private static double Contrast(string one, string other)
    {
        var (first, second) = (Luminance(one), Luminance(other));
        return (Math.Max(first, second) + 0.05) / (Math.Min(first, second) + 0.05);
    }

    private static double Luminance(string colour)
    {
        var digits = colour.Length == 3 ? string.Concat(colour.Select(digit => new string(digit, 2))) : colour;
        var channels = Convert.FromHexString(digits).Select(channel => channel / 255.0).Select(channel => channel <= 0.04045 ? channel / 12.92 : Math.Pow((channel + 0.055) / 1.055, 2.4)).ToArray();
        return (0.2126 * channels[0]) + (0.7152 * channels[1]) + (0.0722 * channels[2]);
    }

    [GeneratedRegex(@":root \{[^}]*\}")]
    private static partial Regex Schemes();

    [GeneratedRegex(@"--(\w+): #(\w+)")]
    private static partial Regex Colour();
}
