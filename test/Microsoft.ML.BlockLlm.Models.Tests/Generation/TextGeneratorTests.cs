namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class TextGeneratorTests
{
    private readonly LetterTokenizer _tokenizer = new();

    [TestMethod]
    public void The_text_is_that_of_the_ids()
    {
        using var model = CausalLanguageModel.Load(GoldenDecoder.FolderOf("llama"));
        var ids = model.GenerateIds([3, 1, 4]).ToArray();

        Assert.AreEqual(_tokenizer.Decode(ids), new TextGenerator(model, _tokenizer).Generate("dbe"));
    }

    [TestMethod]
    public async Task Pieces_add_up_to_the_text()
    {
        using var model = CausalLanguageModel.Load(GoldenDecoder.FolderOf("llama"));
        var generator = new TextGenerator(model, _tokenizer);
        var pieces = new List<string>();
        await foreach (var piece in generator.GenerateAsync("dbe"))
            pieces.Add(piece);

        Assert.AreEqual(generator.Generate("dbe"), string.Concat(pieces));
        Assert.IsTrue(pieces.Count > 1, "There is one piece only, which is no stream.");
    }

    [TestMethod]
    public async Task A_stream_can_be_cancelled()
    {
        using var model = CausalLanguageModel.Load(GoldenDecoder.FolderOf("llama3"));
        using var cancellation = new CancellationTokenSource();

        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in new TextGenerator(model, _tokenizer).GenerateAsync("dbe").WithCancellation(cancellation.Token))
                await cancellation.CancelAsync();
        });
    }

    [TestMethod]
    public void A_prompt_without_tokens_needs_an_id_that_begins_a_text()
    {
        using var model = CausalLanguageModel.Load(GoldenDecoder.FolderOf("llama"));

        var exception = Assert.ThrowsExactly<ArgumentException>(() => new TextGenerator(model, _tokenizer).Generate(""));
        StringAssert.Contains(exception.Message, "bos_token_id");
    }

    [TestMethod]
    [DataRow("abcabcx", "cx", "abcab")]
    [DataRow("abcabc", "x", "abcabc")]
    [DataRow("aab", "ab", "a")]
    [DataRow("abca", "abd", "abca")]
    public void A_text_ends_before_a_stop_string(string tokens, string stop, string expected)
    {
        var stream = new TextStream(_tokenizer, [0], [stop]);
        var text = "";
        foreach (var letter in tokens)
        {
            text += stream.Append(letter - 'a');
            if (stream.IsStopped)
                break;
        }
        Assert.AreEqual(expected, text + stream.Finish());
        Assert.AreEqual(tokens.Contains(stop), stream.IsStopped);
    }

    [TestMethod]
    public void A_character_is_given_when_its_last_byte_has_come()
    {
        // 0xE8 0x80 0x88: 耈
        int[] ids = [39, 26, 27];
        CollectionAssert.AreEqual(new byte[] { 0xE8, 0x80, 0x88 }, ids.Select(LetterTokenizer.ByteOf).ToArray());
        var stream = new TextStream(_tokenizer, [0], []);

        Assert.AreEqual("", stream.Append(ids[0]));
        Assert.AreEqual("", stream.Append(ids[1]));
        Assert.AreEqual("耈", stream.Append(ids[2]));
        Assert.AreEqual("", stream.Finish());
    }

    [TestMethod]
    public void A_character_that_stays_incomplete_is_given_at_the_end()
    {
        var stream = new TextStream(_tokenizer, [0], []);

        Assert.AreEqual("", stream.Append(39));
        Assert.AreEqual("\uFFFD", stream.Finish());
    }
}
