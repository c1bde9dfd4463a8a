using System.Text;

namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>Tokenizer files that somebody has made to do harm: each is refused by name, at the cost of its own size.</summary>
[TestClass]
public sealed class HostileTokenizerTests
{
    private const string Model = "tokenizer.model";

    private static readonly byte[] s_unknown = Piece("<unk>", type: 2);

    [TestMethod]
    [DataRow(new byte[] { 0x0A }, "ends in the middle", DisplayName = "a field without a length")]
    [DataRow(new byte[] { 0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07 }, "ends in the middle", DisplayName = "a length beyond the file")]
    [DataRow(new byte[] { 0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 }, "ends in the middle", DisplayName = "a length of 64 bits")]
    [DataRow(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }, "has no end", DisplayName = "a number without an end")]
    [DataRow(new byte[] { 0xF8, 0xFF, 0xFF, 0xFF, 0x7F, 0x00 }, "which does not exist", DisplayName = "a field number beyond all")]
    [DataRow(new byte[] { 0x0B, 0x0B, 0x0B, 0x0B }, "of kind 3", DisplayName = "groups in groups")]
    public void Broken_protocol_buffers_are_refused_by_what_is_wrong(byte[] bytes, string problem) => RequireRefused(Model, bytes, Model, problem);

    [TestMethod]
    public void Any_number_of_empty_pieces_costs_what_the_file_has() =>
        RequireCheap(Model, [.. s_unknown, .. Enumerable.Range(0, 400_000).SelectMany(_ => (byte[])[0x0A, 0x00])]);

    [TestMethod]
    public void A_piece_as_long_as_the_file_costs_what_the_file_has() =>
        RequireCheap(Model, [.. s_unknown, .. Piece(new string('a', 400_000), type: 1), 0x12, 0x02, 0x18, 0x02]);

    [TestMethod]
    public void A_score_that_is_no_number_is_refused() =>
        RequireRefused(Model, [.. s_unknown, .. Piece("a", type: 1, float.NaN)], Model, "'a', has the score NaN");

    [TestMethod]
    public void Pieces_for_bytes_that_are_missing_are_named() =>
        RequireRefused(Model, [.. s_unknown, 0x12, 0x05, 0x18, 0x02, 0x98, 0x02, 0x01], Model, "has no piece '<0x00>'");

    [TestMethod]
    public void An_id_of_millions_costs_what_the_file_has() => RequireCheap("tokenizer.json",
        """{"model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {"[UNK]": 16777216}}, "pre_tokenizer": {"type": "BertPreTokenizer"}}"""u8.ToArray());

    [TestMethod]
    public void Pieces_that_are_empty_or_there_before_are_refused()
    {
        RequireRefused(Model, [.. s_unknown, .. Piece("a", type: 1), .. Piece("a", type: 3)], Model, "piece 2, 'a', is empty or there before");
        RequireRefused(Model, [.. s_unknown, .. Piece("", type: 1)], Model, "piece 1, '', is empty or there before");
    }

    [TestMethod]
    [DataRow("""{"id": -1, "content": "<s>", "special": true}""", "the id -1 is no place in a vocabulary")]
    [DataRow("""{"id": 2147483647, "content": "<s>", "special": true}""", "the id 2147483647 is no place in a vocabulary")]
    [DataRow("""{"id": 1, "content": "", "special": true}""", "the content is empty")]
    public void Added_tokens_that_no_text_could_give_are_refused(string token, string problem) =>
        RequireRefused("tokenizer.json", Encoding.UTF8.GetBytes(WordPiece($$""" "added_tokens": [{{token}}], """)), "added_tokens[0]", problem);

    [TestMethod]
    [DataRow(-1)]
    [DataRow(1 << 30)]
    public void Special_tokens_of_impossible_ids_are_refused(int id) =>
        RequireRefused("tokenizer.json", Encoding.UTF8.GetBytes(WordPiece($$""" "post_processor": {"type": "BertProcessing", "cls": ["[CLS]", {{id}}], "sep": ["[SEP]", 0]}, """)), "is no place in a vocabulary");

    [TestMethod]
    public void Special_tokens_around_a_text_count_as_part_of_the_vocabulary()
    {
        var loaded = TokenizerJson.Read(Encoding.UTF8.GetBytes(WordPiece(""" "post_processor": {"type": "BertProcessing", "cls": ["[CLS]", 7], "sep": ["[SEP]", 0]}, """)), "tokenizer.json");
        Assert.AreEqual(8, loaded.VocabularySize);
    }

    [TestMethod]
    public void Brackets_in_brackets_are_refused() =>
        RequireRefused("tokenizer.json", Encoding.ASCII.GetBytes(new string('[', 1_000_000)), "tokenizer.json", "no valid tokenizer.json");

    [TestMethod]
    [DataRow(""" "normalizer": {"type": "Replace", "pattern": {"String": ""}, "content": "a"}, """, "normalizer.pattern.String", "must not be empty")]
    [DataRow(""" "decoder": {"type": "Replace", "pattern": {"String": ""}, "content": "a"}, """, "decoder.pattern.String", "must not be empty")]
    [DataRow(""" "version": "1.0", "version": "2.0", """, "tokenizer.json", "version")]
    public void What_could_be_read_in_two_ways_or_in_none_is_refused(string part, string place, string problem) =>
        RequireRefused("tokenizer.json", Encoding.UTF8.GetBytes(WordPiece(part)), place, problem);

    [TestMethod]
    public void Scores_whose_sum_is_no_number_are_refused() =>
        RequireRefused("tokenizer.json", """{"model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0], ["a", -1.5e308]]}}"""u8.ToArray(), "piece 1", "no number to add up");

    [TestMethod]
    public void A_template_of_more_special_tokens_than_any_text_has_is_refused()
    {
        var ids = string.Join(",", Enumerable.Repeat("0", 20_000));
        var places = string.Join(",", Enumerable.Repeat("""{"SpecialToken": {"id": "x"}}""", 1_000));
        RequireRefused("tokenizer.json", Encoding.UTF8.GetBytes(WordPiece(
            $$$$""" "post_processor": {"type": "TemplateProcessing", "single": [{{{{places}}}}], "pair": [], "special_tokens": {"x": {"ids": [{{{{ids}}}}]}}}, """)), "post_processor.single", "1,024");
    }

    [TestMethod]
    [DataRow("B", "[]", "post_processor.single[0].Sequence.id", "second text")]
    [DataRow("C", "[]", "post_processor.single[0].Sequence.id", "A or B")]
    [DataRow("A", """[{"Sequence": {"id": "C"}}]""", "post_processor.pair[0].Sequence.id", "A or B")]
    public void A_template_with_a_text_that_is_not_there_is_refused(string text, string pair, string place, string reason) =>
        RequireRefused("tokenizer.json", Encoding.UTF8.GetBytes(WordPiece(
            $$$$""" "post_processor": {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "{{{{text}}}}"}}], "pair": {{{{pair}}}}, "special_tokens": {}}, """)), place, reason);

    [TestMethod]
    public void Steps_that_make_a_text_ever_longer_are_refused_when_the_file_is_read_or_a_text_comes()
    {
        var steps = string.Join(",", Enumerable.Repeat("""{"type": "Replace", "pattern": {"String": "a"}, "content": "aaaaaaaaaa"}""", 12));
        var growing = $$""" "normalizer": {"type": "Sequence", "normalizers": [{{steps}}]}, """;

        RequireRefused("tokenizer.json", Encoding.UTF8.GetBytes(WordPiece(growing + """ "added_tokens": [{"id": 1, "content": "a", "special": false, "normalized": true}], """)), "longer than");
        var tokenizer = TokenizerJson.Read(Encoding.UTF8.GetBytes(WordPiece(growing)), "tokenizer.json").Tokenizer;
        Assert.ThrowsExactly<FormatException>(() => tokenizer.EncodeToIds("a"));
    }

    [TestMethod]
    public void A_pattern_that_takes_more_than_a_lifetime_is_refused_by_its_place_where_the_file_itself_has_a_text_for_it()
    {
        var tokenizer = WordPiece($$""" "normalizer": {"type": "Replace", "pattern": {"Regex": "(a+)+$"}, "content": ""}, "added_tokens": [{"id": 1, "content": "{{new string('a', 60)}}!", "special": false, "normalized": true}], """);

        var exception = Assert.ThrowsExactly<ModelLoadException>(() => Read("tokenizer.json", Encoding.UTF8.GetBytes(tokenizer)));

        Assert.Contains("normalizer.pattern.Regex", exception.Message);
        Assert.Contains("was still at work on a text of 61 characters", exception.Message);
    }

    [TestMethod]
    public void Steps_that_make_pieces_ever_longer_end_in_a_refusal()
    {
        var steps = string.Join(",", Enumerable.Repeat("""{"type": "Replace", "pattern": {"String": "U"}, "content": "UUUUUUUUUU"}""", 12));
        var tokenizer = TokenizerJson.Read(Encoding.UTF8.GetBytes(WordPiece($$""" "decoder": {"type": "Sequence", "decoders": [{{steps}}]}, """)), "tokenizer.json").Tokenizer;

        Assert.ThrowsExactly<FormatException>(() => tokenizer.Decode([0]));
    }

    private static void RequireRefused(string name, byte[] bytes, params string[] explanation)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var exception = Assert.ThrowsExactly<ModelLoadException>(() => Read(name, bytes));
        RequireNoMore(before, bytes);
        foreach (var part in explanation)
            Assert.Contains(part, exception.Message);
    }

    private static void RequireCheap(string name, byte[] bytes)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            Read(name, bytes);
        }
        catch (ModelLoadException)
        {
            // What counts here is what it takes to find out.
        }
        RequireNoMore(before, bytes);
    }

    // Objects for the parts of a file take a multiple of its bytes.
    private static void RequireNoMore(long before, byte[] bytes)
    {
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.IsTrue(taken < (200L * bytes.Length) + (1 << 20), $"{taken:N0} bytes of memory for {bytes.Length:N0}");
    }

    private static void Read(string name, byte[] bytes) => TokenizerFiles.Read(
        (file, read) =>
        {
            if (file != name)
                return false;
            using var stream = new MemoryStream(bytes);
            read(stream);
            return true;
        },
        "The folder");

    private static string WordPiece(string part) =>
        $$$"""{ {{{part}}} "model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {"[UNK]": 0}}, "pre_tokenizer": {"type": "BertPreTokenizer"} }""";

    private static byte[] Piece(string text, byte type, float score = 0)
    {
        byte[] message = [0x0A, .. Length(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text), 0x15, .. BitConverter.GetBytes(score), 0x18, type];
        return [0x0A, .. Length(message.Length), .. message];
    }

    private static byte[] Length(int value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }
}
