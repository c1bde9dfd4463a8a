using System.Text.Json;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Reads the <c>model</c> of a <c>tokenizer.json</c>.</summary>
internal static class ModelJson
{
    /// <summary>Reads the part.</summary>
    /// <param name="part">The part.</param>
    /// <param name="isByteLevel">Whether the pre-tokenizer turns words into bytes.</param>
    /// <param name="specialIds">Ids that stand for special tokens only.</param>
    public static TokenModel Read(JsonPart part, bool isByteLevel, IEnumerable<int> specialIds) => (part.Type, isByteLevel) switch
    {
        ("BPE", true) => ByteLevelBpe(part),
        ("BPE", false) => CharacterBpe(part),
        ("Unigram", false) => UnigramJson.Read(part, specialIds),
        ("WordPiece", false) => WordPiece(part),
        ("Unigram" or "WordPiece", true) => throw part.Wrong($"'{part.Type}' after a ByteLevel pre_tokenizer is not supported; supported is BPE"),
        _ => throw part.Unsupported("BPE, Unigram and WordPiece"),
    };

    private static WordPieceModel WordPiece(JsonPart part)
    {
        var vocabulary = Vocabulary(part);
        return new WordPieceModel(vocabulary, KnownToken(part, "unk_token", vocabulary),
            part.Optional("continuing_subword_prefix") is null ? "##" : part.String("continuing_subword_prefix"), part.Int("max_input_chars_per_word", 100));
    }

    private static ByteLevelBpeModel ByteLevelBpe(JsonPart part)
    {
        RequirePlainBpe(part);
        var vocabulary = Vocabulary(part);
        for (var value = 0; value < 256; value++)
        {
            if (!vocabulary.ContainsKey(ByteLevelAlphabet.CharacterOf((byte)value).ToString()))
                throw part.Required("vocab").Wrong($"the byte 0x{value:X2}, '{ByteLevelAlphabet.CharacterOf((byte)value)}', is missing, which a byte-level vocabulary must have");
        }
        return new ByteLevelBpeModel(vocabulary, Merges(part, vocabulary), part.Bool("ignore_merges", false));
    }

    private static CharacterBpeModel CharacterBpe(JsonPart part)
    {
        RequirePlainBpe(part);
        part.RequireUnset("ignore_merges");
        var vocabulary = Vocabulary(part);
        var byteFallback = part.Bool("byte_fallback", false);
        for (var value = 0; byteFallback && value < 256; value++)
        {
            if (!vocabulary.ContainsKey(CharacterBpeModel.PieceOfByte(value)))
                throw part.Required("vocab").Wrong($"'{CharacterBpeModel.PieceOfByte(value)}' is missing, which byte_fallback needs");
        }
        return new CharacterBpeModel(vocabulary, Merges(part, vocabulary), KnownToken(part, "unk_token", vocabulary), byteFallback, part.Bool("fuse_unk", false));
    }

    private static void RequirePlainBpe(JsonPart part)
    {
        part.RequireUnset("dropout");
        part.RequireUnset("continuing_subword_prefix");
        part.RequireUnset("end_of_word_suffix");
    }

    private static string KnownToken(JsonPart part, string name, Dictionary<string, int> vocabulary) => vocabulary.ContainsKey(part.String(name))
        ? part.String(name)
        : throw part.Required(name).Wrong($"'{part.String(name)}' is not in the vocabulary");

    private static Dictionary<string, int> Vocabulary(JsonPart part)
    {
        var vocab = part.Required("vocab");
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var item in vocab.Element.EnumerateObject())
        {
            if (!item.Value.TryGetInt32(out var id) || id is < 0 or > JsonPart.MaxId)
                throw vocab.Wrong($"the id of '{item.Name}' is {item.Value.GetRawText()}, which is no place in a vocabulary");
            vocabulary[item.Name] = id;
        }
        return vocabulary;
    }

    private static BytePairMerges Merges(JsonPart part, Dictionary<string, int> vocabulary)
    {
        var pairs = part.Required("merges").Items().Select(Pair);
        return BytePairMerges.FromRankedPairs(pairs, vocabulary, problem => part.Required("merges").Wrong(problem));
    }

    // "a b", or ["a", "b"] in newer files.
    private static (string, string) Pair(JsonPart item)
    {
        if (item.Element.ValueKind == JsonValueKind.Array)
            return (item.Element[0].GetString() ?? "", item.Element[1].GetString() ?? "");
        var text = item.Element.GetString() ?? "";
        return text.IndexOf(' ') is var space and > 0 ? (text[..space], text[(space + 1)..]) : throw item.Wrong($"'{text}' is no pair of pieces");
    }
}
