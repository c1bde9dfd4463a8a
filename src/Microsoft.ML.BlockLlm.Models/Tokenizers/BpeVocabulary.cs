using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A byte-level BPE vocabulary that <see cref="BpeTrainer"/> has learned.</summary>
public sealed class BpeVocabulary
{
    internal const int ByteCount = 256;

    // In GPT-2's order, the printable bytes stand first.
    private static readonly byte[] s_bytes = [.. Enumerable.Range(0, ByteCount).Select(value => (byte)value).OrderBy(value => ByteLevelAlphabet.CharacterOf(value) > 0xFF).ThenBy(value => value)];
    private static readonly int[] s_idOfByte = [.. Enumerable.Range(0, ByteCount).Select(value => Array.IndexOf(s_bytes, (byte)value))];
    private static readonly JsonWriterOptions s_json = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IReadOnlyList<string> _pieces;
    private readonly IReadOnlyList<(string Left, string Right)> _merges;
    private readonly IReadOnlyList<string> _specialTokens;

    internal BpeVocabulary(IReadOnlyList<string> pieces, IReadOnlyList<(string Left, string Right)> merges, IReadOnlyList<string> specialTokens)
    {
        _pieces = pieces;
        _merges = merges;
        _specialTokens = [.. specialTokens];
    }

    /// <summary>How many ids there are: bytes, learned pieces and special tokens, in this order.</summary>
    public int Size => _pieces.Count + _specialTokens.Count;

    /// <summary>The pieces for the bytes, in the order of their ids.</summary>
    internal static IEnumerable<string> BytePieces => s_bytes.Select(value => ByteLevelAlphabet.CharacterOf(value).ToString());

    /// <summary>The id of a byte.</summary>
    internal static int IdOfByte(byte value) => s_idOfByte[value];

    /// <summary>Makes the tokenizer of this vocabulary.</summary>
    public Tokenizer CreateTokenizer() => TokenizerJson.Read(TokenizerJsonBytes(), "the trained vocabulary").Tokenizer;

    /// <summary>The files of a tokenizer that puts the first special token, if there is one, before every text.</summary>
    internal ModelFileReader Files => (name, read) =>
    {
        if (name != ModelFiles.Tokenizer)
            return false;
        using var bytes = new MemoryStream(TokenizerJsonBytes(_specialTokens is [var begin, ..] ? BeginWith(begin, _pieces.Count) : null));
        read(bytes);
        return true;
    };

    /// <summary>A model's shape in which the first special token begins and ends texts, unless it names others.</summary>
    internal DecoderConfig Complete(DecoderConfig config) => _specialTokens.Count == 0 ? config : config with
    {
        BeginOfTextId = config.BeginOfTextId ?? _pieces.Count,
        EndOfTextIds = config.EndOfTextIds is [] ? [_pieces.Count] : config.EndOfTextIds,
    };

    /// <summary>Writes <c>tokenizer.json</c>, <c>vocab.json</c> and <c>merges.txt</c>, as Python's tokenizers and transformers read them.</summary>
    /// <param name="directory">The folder; it is made if it is not there.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Save(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        Directory.CreateDirectory(directory);
        var write = ModelFiles.IntoDirectory(directory);
        write("tokenizer.json", stream => stream.Write(TokenizerJsonBytes()));
        write("vocab.json", stream => stream.Write(Bytes(Vocabulary(_pieces.Concat(_specialTokens)))));
        write("merges.txt", stream => stream.Write(Encoding.UTF8.GetBytes("#version: 0.2\n" + string.Concat(_merges.Select(merge => $"{merge.Left} {merge.Right}\n")))));
    }

    private byte[] TokenizerJsonBytes(JsonObject? postProcessor = null) => Bytes(new JsonObject
    {
        ["version"] = "1.0",
        ["truncation"] = null,
        ["padding"] = null,
        ["added_tokens"] = new JsonArray([.. _specialTokens.Select((content, index) => new JsonObject
        {
            ["id"] = _pieces.Count + index, ["content"] = content, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = true,
        })]),
        ["normalizer"] = null,
        ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = true },
        ["post_processor"] = postProcessor,
        ["decoder"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = true, ["trim_offsets"] = true, ["use_regex"] = true },
        ["model"] = new JsonObject
        {
            ["type"] = "BPE", ["dropout"] = null, ["unk_token"] = null, ["continuing_subword_prefix"] = null, ["end_of_word_suffix"] = null,
            ["fuse_unk"] = false, ["byte_fallback"] = false, ["ignore_merges"] = false,
            ["vocab"] = Vocabulary(_pieces),
            ["merges"] = new JsonArray([.. _merges.Select(merge => (JsonNode)$"{merge.Left} {merge.Right}")]),
        },
    });

    private static JsonObject BeginWith(string token, int id)
    {
        return new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(Special(), Text("A")),
            ["pair"] = new JsonArray(Special(), Text("A"), Special(), Text("B")),
            ["special_tokens"] = new JsonObject { [token] = new JsonObject { ["id"] = token, ["ids"] = new JsonArray(id), ["tokens"] = new JsonArray(token) } },
        };

        JsonObject Special() => new() { ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = 0 } };

        static JsonObject Text(string name) => new() { ["Sequence"] = new JsonObject { ["id"] = name, ["type_id"] = 0 } };
    }

    private static JsonObject Vocabulary(IEnumerable<string> pieces) => new(pieces.Select((piece, id) => KeyValuePair.Create<string, JsonNode?>(piece, id)));

    private static byte[] Bytes(JsonObject json)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, s_json))
            json.WriteTo(writer);
        return bytes.ToArray();
    }
}
