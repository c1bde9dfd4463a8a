using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Standins.Tests.MLNet;

[TestClass]
public sealed class TextLoaderTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly List<string> _files = [];

    [TestCleanup]
    public void DeleteFiles() => _files.ForEach(File.Delete);

    [TestMethod]
    public void Fields_are_separated_by_tabs()
    {
        var rows = Load("1\thello world\n2\tbye\n");

        Assert.AreEqual((1f, "hello world"), rows[0]);
        Assert.AreEqual((2f, "bye"), rows[1]);
    }

    [TestMethod]
    public void The_header_of_every_file_is_skipped()
    {
        string first = Write("Number\tText\n1\ta\n");
        string second = Write("Number\tText\n2\tb\n");

        var view = _ml.Data.CreateTextLoader<Row>(hasHeader: true).Load(first, second);

        CollectionAssert.AreEqual(new[] { "a", "b" }, view.GetColumn<string>("Text").ToArray());
    }

    [TestMethod]
    public void Empty_lines_and_comments_are_no_rows() =>
        CollectionAssert.AreEqual(new[] { "a", "#c" }, Load("# first\n\n1\ta\n// no\n\n1\t#c\n").Select(row => row.Text).ToArray());

    [TestMethod]
    public void Missing_and_unreadable_numbers_are_zero_and_NaN()
    {
        var rows = Load("\ta\nx\tb\n3\n");

        Assert.AreEqual(0f, rows[0].Number);
        Assert.IsTrue(float.IsNaN(rows[1].Number));
        Assert.AreEqual((3f, ""), rows[2]);
    }

    [TestMethod]
    public void Quotes_are_text_unless_quoting_is_allowed() => Assert.AreEqual("\"a\"", Load("1\t\"a\"\n")[0].Text);

    [TestMethod]
    [DataRow("\"a,b\"", "a,b", DisplayName = "a separator in quotes is text")]
    [DataRow("\"say \"\"hi\"\"\"", "say \"hi\"", DisplayName = "a doubled quote is a quote")]
    [DataRow("\"\"", "", DisplayName = "empty quotes are empty text")]
    [DataRow("  \"a\"  ", "a", DisplayName = "spaces around quotes are ignored")]
    [DataRow("a \"b\"", "a \"b\"", DisplayName = "a quote inside a field is text")]
    [DataRow("\"a\" b", "", DisplayName = "text after the closing quote makes the field empty")]
    [DataRow("\"a", "", DisplayName = "an open quote makes the field empty")]
    [DataRow("  a", "a", DisplayName = "leading spaces are ignored")]
    public void Quoted_fields(string field, string expected) =>
        Assert.AreEqual(expected, Load($"1,{field}\n", ',', allowQuoting: true)[0].Text);

    [TestMethod]
    public void White_space_at_the_end_of_lines_is_trimmed_on_request()
    {
        Assert.AreEqual("a  ", Load("1\ta  \n")[0].Text);
        Assert.AreEqual("a", Load("1\ta  \n", trimWhitespace: true)[0].Text);
    }

    [TestMethod]
    public void A_quoted_field_goes_on_in_the_next_line_on_request()
    {
        string path = Write("1,\"a\nb\"\n2,c\n");
        var options = new TextLoader.Options { Separators = [','], AllowQuoting = true, ReadMultilines = true };

        CollectionAssert.AreEqual(new[] { "a\nb", "c" }, _ml.Data.LoadFromTextFile<Row>(path, options).GetColumn<string>("Text").ToArray());
    }

    [TestMethod]
    public void Columns_can_be_given_one_by_one()
    {
        string path = Write("1;2;true;x\n4;5;no;y\n");

        var view = _ml.Data.LoadFromTextFile(path,
            [new("Numbers", DataKind.Int32, 0, 1), new("Flag", DataKind.Boolean, 2), new("Text", DataKind.String, 3)], separatorChar: ';');

        CollectionAssert.AreEqual(new[] { 4, 5 }, view.GetColumn<int[]>("Numbers").Last());
        CollectionAssert.AreEqual(new[] { true, false }, view.GetColumn<bool>("Flag").ToArray());
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Int32, 2), view.Schema["Numbers"].Type);
    }

    [TestMethod]
    public void Keys_in_a_file_count_from_0()
    {
        string path = Write("0\n2\n3\nx\n");

        CollectionAssert.AreEqual(new uint[] { 1, 3, 0, 0 }, _ml.Data.LoadFromTextFile<KeyRow>(path).GetColumn<uint>("Key").ToArray());
    }

    [TestMethod]
    public void A_file_that_does_not_exist_is_named()
    {
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromTextFile<Row>("no/such/file.tsv"));

        StringAssert.Contains(exception.Message, "no/such/file.tsv");
    }

    [TestMethod]
    public void A_member_without_LoadColumn_is_named()
    {
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Data.LoadFromTextFile<Unmapped>(Write("a\n")));

        StringAssert.Contains(exception.Message, "Property 'Text' is missing the LoadColumnAttribute attribute");
    }

    [TestMethod]
    public void A_view_can_be_read_again()
    {
        var view = _ml.Data.LoadFromTextFile<Row>(Write("1\ta\n2\tb\n"));

        Assert.AreEqual(2, view.GetColumn<float>("Number").Count());
        Assert.AreEqual(2, view.GetColumn<string>("Text").Count());
        Assert.IsNull(view.GetRowCount());
        Assert.IsFalse(view.CanShuffle);
    }

    private (float Number, string Text)[] Load(string text, char separator = '\t', bool allowQuoting = false, bool trimWhitespace = false)
    {
        var view = _ml.Data.LoadFromTextFile<Row>(Write(text), separator, allowQuoting: allowQuoting, trimWhitespace: trimWhitespace);
        return _ml.Data.CreateEnumerable<Row>(view, reuseRowObject: false).Select(row => (row.Number, row.Text)).ToArray();
    }

    private string Write(string text)
    {
        string path = Path.GetTempFileName();
        _files.Add(path);
        File.WriteAllText(path, text);
        return path;
    }

    private sealed class Row
    {
        [LoadColumn(0)]
        public float Number { get; set; }

        [LoadColumn(1)]
        public string Text { get; set; } = "";
    }

    private sealed class KeyRow
    {
        [LoadColumn(0), KeyType(3)]
        public uint Key { get; set; }
    }

    private sealed class Unmapped
    {
        public string Text { get; set; } = "";
    }
}
