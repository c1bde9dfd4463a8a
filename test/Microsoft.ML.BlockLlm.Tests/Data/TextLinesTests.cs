using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Tests;

[TestClass]
public sealed class TextLinesTests : IDisposable
{
    private static readonly string[] s_lines = ["# A title", "", "    // indented, and a comment", "one\ttwo\tthree", "\"quoted", "", "Zażółć."];

    private readonly string _path = Path.GetTempFileName();
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow("\n")]
    [DataRow("\r\n")]
    public void Every_line_is_a_row_as_it_is(string lineBreak)
    {
        File.WriteAllText(_path, string.Join(lineBreak, s_lines) + lineBreak);

        var data = _ml.Data.LoadFromTextLines(_path);

        CollectionAssert.AreEqual(s_lines, data.GetColumn<string>("Text").ToArray());
    }

    [TestMethod]
    public void The_file_is_read_anew_each_time()
    {
        File.WriteAllText(_path, "before");
        var data = _ml.Data.LoadFromTextLines(_path);
        Assert.AreEqual("before", data.GetColumn<string>("Text").Single());

        File.WriteAllText(_path, "after");

        Assert.AreEqual("after", data.GetColumn<string>("Text").Single());
    }

    [TestMethod]
    public void Two_cursors_read_each_for_itself()
    {
        File.WriteAllLines(_path, s_lines);
        var data = _ml.Data.LoadFromTextLines(_path);

        var pairs = data.GetColumn<string>("Text").Zip(data.GetColumn<string>("Text"));

        CollectionAssert.AreEqual(s_lines.Zip(s_lines).ToArray(), pairs.ToArray());
    }

    [TestMethod]
    public void A_file_that_is_not_there_is_named()
    {
        var missing = _path + ".missing";
        StringAssert.Contains(Assert.ThrowsException<FileNotFoundException>(() => _ml.Data.LoadFromTextLines(missing)).Message, missing);
    }

    public void Dispose() => File.Delete(_path);
}
