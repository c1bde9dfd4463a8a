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
    public void A_prompt_begins_as_the_tokenizer_of_the_folder_says()
    {
        using var folder = TemporaryFolder.WithTinyUseLite();
        folder.Replace("tokenizer.json", "\"post_processor\": null", """
            "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
            "pair": [], "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}}
            """);
        var config = new LlamaConfig { VocabularySize = 29, HiddenSize = 16, IntermediateSize = 32, LayerCount = 2, HeadCount = 2, MaxTokens = 16, InitializerRange = 0.5 };
        using var model = PretrainedModel.FromConfig(config, folder.Path).CreateLanguageModel();
        var prompt = model.Tokenizer!.EncodeToIds("the cat");

        Assert.AreEqual(Text(model.GenerateIds([1, .. prompt])), new TextGenerator(model).Generate("the cat").Trim());
        Assert.AreEqual(Text(model.GenerateIds(prompt)), new TextGenerator(model, model.Tokenizer).Generate("the cat").Trim());
        Assert.AreNotEqual(Text(model.GenerateIds([1, .. prompt])), Text(model.GenerateIds(prompt)));

        string Text(IEnumerable<int> ids) => model.Tokenizer.Decode(ids).Trim();
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
