using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class SentencePieceTests
{
    [TestMethod]
    [DataRow("sentencepiece-bpe")]
    [DataRow("sentencepiece-unigram")]
    [DataRow("sentencepiece-bytes")]
    public void Ids_equal_those_of_SentencePiece(string name) => GoldenTokenizer.Read(name).RequireIds();

    [TestMethod]
    [DataRow("sentencepiece-bpe")]
    [DataRow("sentencepiece-unigram")]
    [DataRow("sentencepiece-bytes")]
    public void Offsets_equal_those_of_SentencePiece(string name) => GoldenTokenizer.Read(name).RequireOffsets();

    [TestMethod]
    [DataRow("sentencepiece-bpe")]
    [DataRow("sentencepiece-bytes")]
    public void Text_decodes_as_in_SentencePiece(string name)
    {
        var golden = GoldenTokenizer.Read(name);
        foreach (var text in golden.Texts)
            Assert.AreEqual(text.Decoded, golden.Tokenizer.Decode(text.Ids));
    }

    [TestMethod]
    public void Any_text_comes_back_through_the_pieces_for_bytes()
    {
        var tokenizer = GoldenTokenizer.Read("sentencepiece-bpe").Tokenizer;
        Prop.ForAll(AnyText.Of("the", "<sep>", "<s>", "<0x41>", "é", "日本", "\uFFFD", "\0"), text =>
            tokenizer.Decode(tokenizer.EncodeToIds(text)) == AnyText.Encodable(text).Replace('▁', ' ')).QuickCheckThrowOnFailure();
    }

    [TestMethod]
    public void Replacement_character_of_a_text_is_no_broken_byte()
    {
        var tokenizer = GoldenTokenizer.Read("sentencepiece-bpe").Tokenizer;
        Assert.AreEqual("a\uFFFDb", tokenizer.Decode(tokenizer.EncodeToIds("a\uFFFDb")));
    }

    [TestMethod]
    public void Beginning_stands_before_a_text_of_a_language_model()
    {
        var template = GoldenTokenizer.Read("sentencepiece-bpe").Loaded.Template!;
        CollectionAssert.AreEqual(new[] { 1, 7, 8 }, template.Fill([7, 8]).Ids);
    }

    [TestMethod]
    public void Tokens_that_the_configuration_names_are_found_in_text()
    {
        using var folder = TemporaryFolder.CopyOf(TestFiles.Golden("tokenizers/sentencepiece-bpe"));
        File.WriteAllText(folder.File("tokenizer_config.json"), """
            {"added_tokens_decoder": {"2": {"content": "</s>", "special": true}, "360": {"content": "<pad>", "special": true}}}
            """);
        var plain = GoldenTokenizer.Read("sentencepiece-bpe").Tokenizer;
        var loaded = TokenizerFiles.Read(ModelFiles.InDirectory(folder.Path), "folder").Loaded;

        CollectionAssert.AreEqual((int[])[.. plain.EncodeToIds("the cat"), 2, 360], loaded.Tokenizer.EncodeToIds("the cat</s><pad>").ToArray());
        Assert.AreEqual(361, loaded.VocabularySize);
    }

    [TestMethod]
    public void Story_of_the_real_model_comes_back()
    {
        var folder = TestFiles.Data("stories260K");
        var file = SentencePieceFile.Read(File.ReadAllBytes(Path.Combine(folder, "tok512.model")), "tok512.model");
        var loaded = SentencePieceTokenizers.Create(file);
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "known_answers.json")));
        var ids = json.RootElement.GetProperty("token_ids").Deserialize<int[]>()!;
        var text = loaded.Tokenizer.Decode(ids);
        StringAssert.StartsWith(text, "Once upon a time, there was a little girl named Lily.");
        CollectionAssert.AreEqual(ids, loaded.Template!.Fill(loaded.Tokenizer.EncodeToIds(text)).Ids);
    }

    [TestMethod]
    public void File_cut_short_is_refused()
    {
        var bytes = File.ReadAllBytes(TestFiles.Golden("tokenizers/sentencepiece-bpe/tokenizer.model"));
        Assert.ThrowsExactly<ModelLoadException>(() => SentencePieceFile.Read(bytes[..^3], "tokenizer.model"));
        Assert.ThrowsExactly<ModelLoadException>(() => SentencePieceFile.Read(Encoding.UTF8.GetBytes("no model at all"), "tokenizer.model"));
        Assert.ThrowsExactly<ModelLoadException>(() => SentencePieceFile.Read([], "tokenizer.model"));
    }
}
