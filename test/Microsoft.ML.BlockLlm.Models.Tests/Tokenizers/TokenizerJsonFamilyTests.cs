using System.Text;
using System.Text.Json.Nodes;

namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>Files in the form of the well-known families give the same ids as the same vocabulary read from its own files.</summary>
[TestClass]
public sealed class TokenizerJsonFamilyTests
{
    [TestMethod]
    public void Bert_file_gives_the_ids_of_its_vocabulary()
    {
        var bert = GoldenTokenizer.Read("bert");
        var pieces = File.ReadAllLines(TestFiles.Golden("tokenizers/bert/vocab.txt"));
        var loaded = Read(new JsonObject
        {
            ["added_tokens"] = new JsonArray([.. new[] { 0, 1, 2, 3, 4 }.Select(id => Added(pieces[id], id))]),
            ["normalizer"] = Parse("""{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}"""),
            ["pre_tokenizer"] = Parse("""{"type":"BertPreTokenizer"}"""),
            ["post_processor"] = Parse("""{"type":"BertProcessing","sep":["[SEP]",3],"cls":["[CLS]",2]}"""),
            ["decoder"] = Parse("""{"type":"WordPiece","prefix":"##","cleanup":true}"""),
            ["model"] = new JsonObject
            {
                ["type"] = "WordPiece", ["unk_token"] = "[UNK]", ["continuing_subword_prefix"] = "##", ["max_input_chars_per_word"] = 100,
                ["vocab"] = new JsonObject(pieces.Index().Select(item => KeyValuePair.Create<string, JsonNode?>(item.Item, item.Index))),
            },
        });
        (bert with { Loaded = loaded }).RequireIds();
        CollectionAssert.AreEqual(new[] { 2, 9, 3, 10, 3 }, loaded.Template!.Fill([9], [10]).Ids);
    }

    [TestMethod]
    [DataRow(false, """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}""")]
    [DataRow(true, """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true}""")]
    [DataRow(true, """
        {"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"},
        "behavior":"Isolated","invert":false},{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}]}
        """)]
    public void Gpt2_file_gives_the_ids_of_its_vocabulary(bool mergesAreLists, string preTokenizer)
    {
        var gpt2 = GoldenTokenizer.Read("gpt2");
        (gpt2 with { Loaded = Read(Gpt2(preTokenizer, mergesAreLists)) }).RequireIds();
    }

    [TestMethod]
    [DataRow("""{"type":"ByteLevel","trim_offsets":true}""", true)]
    [DataRow("""{"type":"ByteLevel","trim_offsets":false}""", false)]
    [DataRow("""{"type":"RobertaProcessing","sep":["</s>",2],"cls":["<s>",0],"trim_offsets":true,"add_prefix_space":false}""", true)]
    [DataRow("""{"type":"RobertaProcessing","sep":["</s>",2],"cls":["<s>",0],"trim_offsets":false,"add_prefix_space":false}""", false)]
    [DataRow("""{"type":"Sequence","processors":[{"type":"ByteLevel","trim_offsets":true},{"type":"TemplateProcessing","single":[],"pair":[],"special_tokens":{}}]}""", true)]
    public void Offsets_leave_out_spaces_where_the_post_processor_says_so(string postProcessor, bool isTrimmed)
    {
        var file = Gpt2("""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true}""", mergesAreLists: false);
        file["post_processor"] = Parse(postProcessor);
        var gpt2 = GoldenTokenizer.Read("gpt2") with { Loaded = Read(file) };
        if (isTrimmed)
            gpt2.RequireTrimmedOffsets();
        else
            gpt2.RequireOffsets();
    }

    [TestMethod]
    public void Space_put_before_a_text_is_left_out_too()
    {
        var loaded = Read(Gpt2("""{"type":"ByteLevel","add_prefix_space":true}""", mergesAreLists: false));
        var tokens = loaded.Tokenizer.EncodeToTokens("the cat", out var normalized);
        CollectionAssert.AreEqual(new[] { "the", "cat" }, tokens.Select(token => normalized![token.Offset]).ToArray());
        loaded.Tokenizer.EncodeToIds("the cat", int.MaxValue, out _, out var consumed);
        Assert.AreEqual(normalized!.Length, consumed);
    }

    [TestMethod]
    public void Prefix_space_stands_before_each_section_of_text()
    {
        var loaded = Read(Gpt2("""{"type":"ByteLevel","add_prefix_space":true}""", mergesAreLists: false));
        Assert.AreEqual(" the<|endoftext|> the", loaded.Tokenizer.Decode(loaded.Tokenizer.EncodeToIds("the<|endoftext|>the")));
    }

    [TestMethod]
    public void Whole_word_that_is_a_piece_needs_no_merges_where_the_model_says_so()
    {
        var file = Gpt2("""{"type":"ByteLevel","add_prefix_space":false}""", mergesAreLists: false);
        file["model"]!["merges"] = new JsonArray();
        Assert.AreEqual(3, Read(file).Tokenizer.EncodeToIds("the").Count);
        file["model"]!["ignore_merges"] = true;
        Assert.AreEqual(1, Read(file).Tokenizer.EncodeToIds("the").Count);
    }

    [TestMethod]
    public void Added_token_takes_the_spaces_that_belong_to_it()
    {
        var file = Gpt2("""{"type":"ByteLevel","add_prefix_space":false}""", mergesAreLists: false);
        var mask = Added("<mask>", 500);
        mask["lstrip"] = true;
        file["added_tokens"]!.AsArray().Add((JsonNode)mask);
        var loaded = Read(file);
        Assert.AreEqual(501, loaded.VocabularySize);
        CollectionAssert.AreEqual(new[] { (0, 3), (3, 10), (11, 14) }, loaded.Tokenizer.EncodeToTokens("the <mask> mat", out _)
            .Select(token => (token.Offset.Start.Value, token.Offset.End.Value)).ToArray());
    }

    [TestMethod]
    [DataRow("""{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}""", null)]
    [DataRow(null, """{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false}""")]
    public void Llama_file_gives_pieces_and_bytes(string? normalizer, string? preTokenizer)
    {
        var loaded = Read(Llama(normalizer, preTokenizer));
        CollectionAssert.AreEqual(new[] { "▁the", "▁t", "e", "<0xC3>", "<0xA9>" }, loaded.Tokenizer.EncodeToTokens("the teé", out _).Select(token => token.Value).ToArray());
        Assert.AreEqual("the teé", loaded.Tokenizer.Decode([1, .. loaded.Tokenizer.EncodeToIds("the teé")]));
        CollectionAssert.AreEqual(new[] { 1, 9 }, loaded.Template!.Fill([9]).Ids);
    }

    [TestMethod]
    public void Mark_of_the_first_word_is_not_put_after_an_added_token()
    {
        var first = Read(Llama(null, """{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false}"""));
        var always = Read(Llama(null, """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":false}"""));
        CollectionAssert.AreEqual(new[] { "<s>", "t" }, first.Tokenizer.EncodeToTokens("<s>t", out _).Select(token => token.Value).ToArray());
        CollectionAssert.AreEqual(new[] { "<s>", "▁t" }, always.Tokenizer.EncodeToTokens("<s>t", out _).Select(token => token.Value).ToArray());
    }

    private static JsonObject Gpt2(string preTokenizer, bool mergesAreLists) => new()
    {
        ["added_tokens"] = new JsonArray(Added("<|endoftext|>", 323)),
        ["pre_tokenizer"] = Parse(preTokenizer),
        ["post_processor"] = Parse("""{"type":"ByteLevel","trim_offsets":true}"""),
        ["decoder"] = Parse("""{"type":"ByteLevel"}"""),
        ["model"] = new JsonObject
        {
            ["type"] = "BPE", ["dropout"] = null, ["continuing_subword_prefix"] = "", ["end_of_word_suffix"] = "", ["fuse_unk"] = false,
            ["vocab"] = JsonNode.Parse(File.ReadAllBytes(TestFiles.Golden("tokenizers/gpt2/vocab.json"))),
            ["merges"] = new JsonArray([.. File.ReadAllLines(TestFiles.Golden("tokenizers/gpt2/merges.txt")).Skip(1)
                .Select(line => mergesAreLists ? new JsonArray([.. line.Split(' ').Select(piece => (JsonNode)piece)]) : (JsonNode)line)]),
        },
    };

    private static JsonObject Llama(string? normalizer, string? preTokenizer)
    {
        string[] pieces = ["<unk>", "<s>", "</s>", .. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"), "▁", "t", "h", "e", "▁t", "he", "▁the"];
        return new JsonObject
        {
            ["added_tokens"] = new JsonArray(Added("<s>", 1), Added("</s>", 2)),
            ["normalizer"] = normalizer is null ? null : Parse(normalizer),
            ["pre_tokenizer"] = preTokenizer is null ? null : Parse(preTokenizer),
            ["post_processor"] = Parse("""
                {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
                "pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],"special_tokens":{"<s>":{"id":"<s>","ids":[1],"tokens":["<s>"]}}}
                """),
            ["decoder"] = Parse("""
                {"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},
                {"type":"Strip","content":" ","start":1,"stop":0}]}
                """),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE", ["unk_token"] = "<unk>", ["fuse_unk"] = true, ["byte_fallback"] = true,
                ["vocab"] = new JsonObject(pieces.Index().Select(item => KeyValuePair.Create<string, JsonNode?>(item.Item, item.Index))),
                ["merges"] = new JsonArray("▁ t", "h e", "▁t he"),
            },
        };
    }

    private static JsonObject Added(string content, int id) => new()
    {
        ["id"] = id, ["content"] = content, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = true,
    };

    private static JsonNode Parse(string json) => JsonNode.Parse(json)!;

    private static LoadedTokenizer Read(JsonNode file) => TokenizerJson.Read(Encoding.UTF8.GetBytes(file.ToJsonString()), "tokenizer.json");
}
