using System.Collections.Frozen;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Makes the tokenizer that a SentencePiece model describes.</summary>
internal static class SentencePieceTokenizers
{
    private const string Space = "▁";

    /// <summary>Makes the tokenizer.</summary>
    /// <param name="file">The model.</param>
    /// <param name="addsBegin">Whether the token for the beginning stands before a text. Default: with BPE, as LLaMA has it.</param>
    /// <param name="addsEnd">Whether the token for the end stands after a text.</param>
    /// <param name="addedTokens">Tokens that are found in text as they are written. Default: only those that the model has for this.</param>
    /// <exception cref="ModelLoadException">The model has a kind or an option that is not supported.</exception>
    public static LoadedTokenizer Create(SentencePieceFile file, bool? addsBegin = null, bool addsEnd = false, IReadOnlyList<AddedToken>? addedTokens = null)
    {
        if (!file.EscapesSpaces)
            throw Unsupported(file, "normalizer_spec.escape_whitespaces", false);
        if (file.HasUnusedPieces)
            throw Unsupported(file, "pieces.type", "UNUSED");
        TokenModel model = file.ModelType switch
        {
            1 => CreateUnigram(file),
            2 => CreateBpe(file),
            _ => throw Unsupported(file, "trainer_spec.model_type", file.ModelType == 3 ? "WORD" : "CHAR"),
        };
        var tokenizer = new TextTokenizer(new TextTokenizerParts
        {
            Model = model,
            Decoder = new TokenDecoder([
                TokenDecoder.ByteFallback, TokenDecoder.Fuse, TokenDecoder.Replace(Space, " "), TokenDecoder.Strip(' ', file.AddsDummyPrefix ? 1 : 0, 0)]),
            Normalizer = new TextNormalizer([Normalization(file), Marks(file)]),
            PreTokenizer = (model as UnigramModel)?.WordSplitter,
            AddedTokens = new AddedTokens(addedTokens ?? []),
            NormalizedAddedTokens = new AddedTokens(file.Pieces.Index()
                .Where(item => item.Item.Type == SentencePieceType.UserDefined).Select(item => new AddedToken(item.Item.Text, item.Index))),
            HiddenIds = file.Pieces.Index().Where(item => item.Item.Type == SentencePieceType.Control).Select(item => item.Index).ToFrozenSet(),
        });
        const string reason = "should stand around texts (add_bos_token and add_eos_token in tokenizer_config.json)";
        int[] before = addsBegin ?? file.ModelType == 2 ? [PieceId(file, "<s>", reason)] : [];
        int[] after = addsEnd ? [PieceId(file, "</s>", reason)] : [];
        return new LoadedTokenizer(tokenizer, (addedTokens ?? []).Select(token => token.Id + 1).Append(file.Pieces.Count).Max(), TokenTemplate.Around(before, [.. after, .. before], after));
    }

    private static UnigramModel CreateUnigram(SentencePieceFile file)
    {
        if (file.Pieces.Index().FirstOrDefault(item => !float.IsFinite(item.Item.Score), (-1, default)) is (>= 0, var piece) broken)
            throw new ModelLoadException($"{file.Source}: piece {broken.Index}, '{piece.Text}', has the score {piece.Score}, which is no number to add up.");
        var byteIds = file.ByteFallback ? ByteIds(file) : null;
        var reserved = file.Pieces.Index().Where(item => item.Item.Type != SentencePieceType.Normal).Select(item => item.Index).ToHashSet();
        return new UnigramModel([.. file.Pieces.Select(piece => (piece.Text, (double)piece.Score))], UnknownId(file), reserved, byteIds);
    }

    private static CharacterBpeModel CreateBpe(SentencePieceFile file)
    {
        if (file.ByteFallback)
            _ = ByteIds(file);
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (id, piece) in file.Pieces.Index())
            vocabulary.TryAdd(piece.Text, id);
        return new CharacterBpeModel(vocabulary, Merges(file), file.Pieces[UnknownId(file)].Text, file.ByteFallback, fusesUnknown: true);
    }

    // Any two pieces may be joined whose text together is a piece; a piece of a higher score comes first.
    private static BytePairMerges Merges(SentencePieceFile file)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (id, piece) in file.Pieces.Index().Where(item => item.Item.Type == SentencePieceType.Normal))
            ids.TryAdd(piece.Text, id);
        var ranks = ids.Values.Select(id => file.Pieces[id].Score).Distinct().OrderDescending().Index().ToDictionary(item => item.Item, item => item.Index);
        var beginnings = new PieceTrie(ids.Where(item => item.Key.Length > 0).Select(item => (item.Key, item.Value)));
        var ends = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        var merges = new Dictionary<(int, int), (int, int)>();
        foreach (var (text, id) in ids)
        {
            var node = PieceTrie.Root;
            for (var split = 1; split < text.Length; split++)
            {
                node = beginnings.Next(node, text[split - 1]);
                if (beginnings.IdAt(node) is var left and >= 0 && ends.TryGetValue(text.AsSpan(split), out var right))
                    merges[(left, right)] = (ranks[file.Pieces[id].Score], id);
            }
        }
        return new BytePairMerges(merges);
    }

    private static Func<string, string> Normalization(SentencePieceFile file)
    {
        if (file.NormalizerRules.IsEmpty)
            return text => text;
        try
        {
            return new CompiledCharacterMap(file.NormalizerRules).Normalize;
        }
        catch (FormatException exception)
        {
            throw new ModelLoadException($"{file.Source} is no valid SentencePiece model: {exception.Message}.", exception);
        }
    }

    private static Func<string, string> Marks(SentencePieceFile file) => text =>
    {
        if (file.RemovesExtraSpaces)
            text = string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return text.Length == 0 ? text : (file.AddsDummyPrefix ? Space : "") + text.Replace(" ", Space, StringComparison.Ordinal);
    };

    private static int[] ByteIds(SentencePieceFile file) =>
        [.. Enumerable.Range(0, 256).Select(value => PieceId(file, CharacterBpeModel.PieceOfByte(value), "byte_fallback needs"))];

    private static int UnknownId(SentencePieceFile file) => file.Pieces.Index().FirstOrDefault(item => item.Item.Type == SentencePieceType.Unknown, (-1, default)).Index is var id and >= 0
        ? id
        : throw new ModelLoadException($"{file.Source} has no piece for unknown characters (type UNKNOWN).");

    private static int PieceId(SentencePieceFile file, string text, string reason) => file.Pieces.Index().FirstOrDefault(item => item.Item.Text == text, (-1, default)).Index is var id and >= 0
        ? id
        : throw new ModelLoadException($"{file.Source} has no piece '{text}', which {reason}.");

    private static ModelLoadException Unsupported(SentencePieceFile file, string name, object value) => new($"{file.Source}: {name} is {value}, which is not supported.");
}
