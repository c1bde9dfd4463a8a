using System.Text;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Makes tokenizers of vocabularies that stand in files of their own.</summary>
internal static class VocabularyFiles
{
    private static readonly string[] s_bertSpecial = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"];
    private static readonly string[] s_bpeSpecial = ["<s>", "</s>", "<pad>", "<unk>", "<|endoftext|>"];

    /// <summary>WordPiece as BERT and DistilBERT have it.</summary>
    /// <param name="vocabulary">The bytes of <c>vocab.txt</c>: a piece on each line, whose number is its id.</param>
    /// <param name="settings">Settings of the tokenizer.</param>
    /// <param name="source">What to call the file in messages.</param>
    public static LoadedTokenizer WordPiece(byte[] vocabulary, TokenizerSettings settings, string source)
    {
        var lines = Lines(vocabulary);
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (id, piece) in lines.Index())
            ids[piece] = id;
        var special = s_bertSpecial.Where(ids.ContainsKey).Select(token => new AddedToken(token, ids[token]));
        var tokenizer = new TextTokenizer(new TextTokenizerParts
        {
            Model = new WordPieceModel(ids, Known("[UNK]").Token),
            Decoder = new TokenDecoder([TokenDecoder.WordPiece("##", cleansUp: true)]),
            Normalizer = new BertNormalizer(cleanText: true, settings.SplitsChinese, settings.StripsAccents ?? settings.Lowercases, settings.Lowercases),
            PreTokenizer = new BertPreTokenizer(),
            AddedTokens = new AddedTokens([.. special, .. settings.AddedTokens]),
        });
        return new LoadedTokenizer(tokenizer, Size(lines.Length, settings), TokenTemplate.Bert(Known("[CLS]").Id, Known("[SEP]").Id));

        (string Token, int Id) Known(string token) => ids.TryGetValue(token, out var id) ? (token, id) : throw new ModelLoadException($"{source} has no {token}, which a BERT vocabulary needs.");
    }

    /// <summary>Byte-level BPE as GPT-2, RoBERTa and Qwen2 have it.</summary>
    /// <param name="vocabulary">The bytes of <c>vocab.json</c>: pieces with their ids.</param>
    /// <param name="merges">The bytes of <c>merges.txt</c>: two pieces on each line, and perhaps a first line with a version.</param>
    /// <param name="settings">Settings of the tokenizer.</param>
    /// <param name="source">Where the files are from, for messages.</param>
    public static LoadedTokenizer ByteLevelBpe(byte[] vocabulary, byte[] merges, TokenizerSettings settings, string source)
    {
        var ids = ReadVocabulary(vocabulary, $"{source}, vocab.json");
        var ranked = BytePairMerges.FromRankedPairs(Pairs(merges, $"{source}, merges.txt"), ids, problem => new ModelLoadException($"{source}, merges.txt: {problem}."));
        var isQwen2 = settings.TokenizerClass == "Qwen2Tokenizer";
        var isRoberta = settings.TokenizerClass is "RobertaTokenizer" || (settings.TokenizerClass is null && ids.ContainsKey("<s>") && ids.ContainsKey("</s>"));
        var special = s_bpeSpecial.Where(ids.ContainsKey).Select(token => new AddedToken(token, ids[token]));
        var mask = isRoberta && ids.TryGetValue("<mask>", out var maskId) ? [new AddedToken("<mask>", maskId) { TakesSpaceBefore = true }] : Array.Empty<AddedToken>();
        var tokenizer = new TextTokenizer(new TextTokenizerParts
        {
            Model = new ByteLevelBpeModel(ids, ranked),
            Decoder = new TokenDecoder([TokenDecoder.ByteLevel]),
            Normalizer = isQwen2 ? new TextNormalizer([text => TextNormalizer.ToForm(text, NormalizationForm.FormC)]) : null,
            Marks = settings.AddsPrefixSpace ? TextMarks.Of(TextNormalizer.PrependIfMissing(" ")) : null,
            PreTokenizer = new PatternPreTokenizer(isQwen2 ? PatternPreTokenizer.Qwen2Pattern : PatternPreTokenizer.Gpt2Pattern),
            AddedTokens = new AddedTokens([.. special, .. mask, .. settings.AddedTokens]),
            TrimsOffsets = isRoberta,
        });
        return new LoadedTokenizer(tokenizer, Size(ids.Values.Max() + 1, settings), isRoberta ? TokenTemplate.Roberta(ids["<s>"], ids["</s>"]) : null);
    }

    private static Dictionary<string, int> ReadVocabulary(byte[] json, string source) => JsonPart.Read(json, source, "vocabulary", root =>
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var item in root.Element.EnumerateObject())
            ids[item.Name] = item.Value.TryGetInt32(out var id) && id is >= 0 and <= JsonPart.MaxId ? id : throw root.Wrong($"the id of '{item.Name}' is {item.Value.GetRawText()}");
        return Enumerable.Range(0, 256).FirstOrDefault(value => !ids.ContainsKey(ByteLevelAlphabet.CharacterOf((byte)value).ToString()), -1) is var missing and >= 0
            ? throw root.Wrong($"the byte 0x{missing:X2} is missing, which a byte-level vocabulary must have")
            : ids;
    });

    private static IEnumerable<(string Left, string Right)> Pairs(byte[] merges, string source)
    {
        foreach (var (number, line) in Lines(merges).Index())
        {
            if (line.Length == 0 || (number == 0 && line.StartsWith("#version", StringComparison.Ordinal)))
                continue;
            yield return line.Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right]
                ? (left, right)
                : throw new ModelLoadException($"{source}, line {number + 1}: '{line}' is no pair of pieces.");
        }
    }

    private static int Size(int vocabularySize, TokenizerSettings settings) => settings.AddedTokens.Select(token => token.Id + 1).Append(vocabularySize).Max();

    private static string[] Lines(byte[] text)
    {
        var lines = Encoding.UTF8.GetString(text).TrimStart('\uFEFF').Split('\n');
        return [.. (lines[^1].Length == 0 ? lines[..^1] : lines).Select(line => line.TrimEnd('\r'))];
    }
}
