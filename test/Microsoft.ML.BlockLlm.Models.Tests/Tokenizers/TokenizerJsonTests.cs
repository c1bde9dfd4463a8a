using System.Text;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class TokenizerJsonTests
{
    private const string Model = "{\"type\":\"Unigram\",\"unk_id\":0,\"vocab\":[[\"?\",0],[\"▁a\",-1],[\"▁\",-2],[\"a▁b\",-1],[\"b\",-3],[\"a\",-3]]}";

    [TestMethod]
    public void Metaspace_marks_spaces_and_the_beginning()
    {
        var tokenizer = Read(With(preTokenizer: "{\"type\":\"Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"always\",\"split\":false}"));
        CollectionAssert.AreEqual(new[] { 1, 1 }, tokenizer.EncodeToIds("a a").ToArray());
        CollectionAssert.AreEqual(new[] { 1 }, tokenizer.EncodeToIds(" a").ToArray());
    }

    [TestMethod]
    public void Metaspace_that_splits_gives_no_piece_across_spaces()
    {
        var whole = Read(With(preTokenizer: "{\"type\":\"Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"never\",\"split\":false}"));
        var split = Read(With(preTokenizer: "{\"type\":\"Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"never\",\"split\":true}"));
        CollectionAssert.AreEqual(new[] { 3 }, whole.EncodeToIds("a b").ToArray());
        CollectionAssert.AreEqual(new[] { 5, 2, 4 }, split.EncodeToIds("a b").ToArray());
    }

    [TestMethod]
    [DataRow("{\"type\":\"WordLevel\"}", null, null, "model: 'WordLevel'")]
    [DataRow("{\"type\":\"BPE\",\"dropout\":0.1}", null, null, "model.dropout: the value 0.1")]
    [DataRow("{\"type\":\"BPE\",\"end_of_word_suffix\":\"</w>\"}", null, null, "model.end_of_word_suffix: the value \"</w>\"")]
    [DataRow("{\"type\":\"BPE\",\"unk_token\":\"?\",\"vocab\":{\"a\":0},\"merges\":[]}", null, null, "model.unk_token: '?'")]
    [DataRow("{\"type\":\"BPE\",\"unk_token\":\"a\",\"vocab\":{\"a\":0},\"merges\":[\"a b\"]}", null, null, "model.merges: merge 0 needs 'b'")]
    [DataRow("{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[]}", null, "{\"type\":\"ByteLevel\"}", "model.vocab: the byte 0x00")]
    [DataRow("{\"type\":\"WordPiece\",\"unk_token\":\"a\",\"vocab\":{\"a\":-1}}", null, null, "model.vocab: the id of 'a' is -1")]
    [DataRow(null, "{\"type\":\"Nmt\"}", null, "normalizer: 'Nmt'")]
    [DataRow(null, "{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"ByteLevel\"}]}", null, "normalizer.normalizers[0]: 'ByteLevel'")]
    [DataRow(null, "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"?\"}", null, "normalizer.precompiled_charsmap: ")]
    [DataRow(null, "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"/////w==\"}", null, "normalizer.precompiled_charsmap: the compiled rules")]
    [DataRow(null, "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"(\"},\"content\":\" \"}", null, "normalizer.pattern.Regex: the pattern '('")]
    [DataRow(null, null, "{\"type\":\"UnicodeScripts\"}", "pre_tokenizer: 'UnicodeScripts'")]
    [DataRow(null, null, "{\"type\":\"ByteLevel\"}", "model: 'Unigram' after a ByteLevel pre_tokenizer")]
    [DataRow(null, null, "{\"type\":\"Split\",\"pattern\":{\"String\":\"a\"},\"behavior\":\"Merged\"}", "pre_tokenizer.behavior: 'Merged'")]
    [DataRow(null, null, "{\"type\":\"Metaspace\",\"replacement\":\"_\"}", "'_'")]
    [DataRow("{\"type\":\"Unigram\",\"unk_id\":7,\"vocab\":[[\"?\",0]]}", null, null, "unk_id 7")]
    [DataRow("{\"type\":\"Unigram\",\"unk_id\":0,\"vocab\":[[\"?\",0],[\"\",0]]}", null, null, "piece 1 is empty")]
    [DataRow("{\"type\":\"Unigram\",\"unk_id\":0,\"vocab\":[[\"?\",\"x\"]]}", null, null, "no valid tokenizer.json")]
    [DataRow("{\"type\":\"Unigram\",\"unk_id\":0,\"vocab\":[[\"?\"]]}", null, null, "no valid tokenizer.json")]
    [DataRow("{\"type\":\"Unigram\",\"unk_id\":0,\"byte_fallback\":true,\"vocab\":[[\"?\",0]]}", null, null, "model.vocab: '<0x00>' is missing")]
    [DataRow("{\"type\":\"Unigram\",\"vocab\":[[\"?\",0]]}", null, null, "'unk_id' is missing")]
    public void What_is_not_understood_is_named(string? model, string? normalizer, string? preTokenizer, string problem)
    {
        var exception = Assert.ThrowsExactly<ModelLoadException>(() => Read(With(model, normalizer, preTokenizer)));
        Assert.Contains(problem, exception.Message);
        StringAssert.StartsWith(exception.Message, "tokenizer");
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("[]")]
    [DataRow("{\"model\":")]
    public void Broken_file_is_refused(string json) => Assert.ThrowsExactly<ModelLoadException>(() => Read(json));

    private static string With(string? model = null, string? normalizer = null, string? preTokenizer = null) =>
        $"{{\"normalizer\":{normalizer ?? "null"},\"pre_tokenizer\":{preTokenizer ?? "null"},\"model\":{model ?? Model}}}";

    private static Tokenizer Read(string json) => TokenizerJson.Read(Encoding.UTF8.GetBytes(json), "tokenizer").Tokenizer;
}
