using System.Collections.Frozen;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Reads Hugging Face's <c>tokenizer.json</c>. A part that is not supported is refused by its path and value, rather than text tokenized in another way than
/// the model was trained with. <c>truncation</c> and <c>padding</c> are settings of batches, which <see cref="BatchEncoder"/> makes in its own way.
/// </summary>
internal static class TokenizerJson
{
    /// <summary>Makes the tokenizer that a file describes.</summary>
    /// <param name="json">The file's bytes.</param>
    /// <param name="source">What to call the file in messages.</param>
    /// <exception cref="ModelLoadException">The file is broken, or describes a tokenizer that is not supported.</exception>
    public static LoadedTokenizer Read(byte[] json, string source) => JsonPart.Read(json, source, "tokenizer.json", Read);

    private static LoadedTokenizer Read(JsonPart root)
    {
        var model = root.Required("model");
        var preTokenizer = PreTokenizerJson.Read(root.Optional("pre_tokenizer"));
        var steps = NormalizerJson.Steps(root.Optional("normalizer")).ToList();
        var postProcessor = PostProcessorJson.Read(root.Optional("post_processor"));
        var added = AddedTokensOf(root);

        var specialIds = added.Where(token => token.IsSpecial).Select(token => token.Token.Id).ToList();

        var tokenModel = ModelJson.Read(model, preTokenizer.IsByteLevel, specialIds);
        var normalizer = steps.Count == 0 ? null : new TextNormalizer(steps);
        var parts = new TextTokenizerParts
        {
            Model = tokenModel,
            Decoder = DecoderJson.Read(root.Optional("decoder"), tokenModel),
            Normalizer = normalizer,
            Marks = preTokenizer.Marks,
            PreTokenizer = preTokenizer.PreTokenizer ?? (tokenModel as UnigramModel)?.WordSplitter,
            AddedTokens = new AddedTokens(added.Where(token => !token.IsNormalized).Select(token => token.Token)),
            NormalizedAddedTokens = new AddedTokens(added.Where(token => token.IsNormalized)
                .Select(token => token.Token with { Pattern = normalizer?.Normalize(token.Token.Content) ?? token.Token.Content })),
            HiddenIds = HiddenIds(tokenModel, specialIds),
            TrimsOffsets = postProcessor.TrimsOffsets,
        };
        var size = added.Select(token => token.Token.Id + 1).Append(tokenModel.VocabularySize).Append(postProcessor.Template?.VocabularySize ?? 0).Max();
        return new LoadedTokenizer(new TextTokenizer(parts), size, postProcessor.Template);
    }

    // As SentencePiece decodes: it shows no special token, but with Unigram the one for unknown characters.
    private static FrozenSet<int> HiddenIds(TokenModel model, IEnumerable<int> specialIds) => model switch
    {
        CharacterBpeModel => specialIds.ToFrozenSet(),
        UnigramModel unigram => specialIds.Where(id => id != unigram.UnknownId).ToFrozenSet(),
        _ => [],
    };

    private static List<(AddedToken Token, bool IsSpecial, bool IsNormalized)> AddedTokensOf(JsonPart root)
    {
        var result = new List<(AddedToken, bool, bool)>();
        foreach (var part in root.Optional("added_tokens")?.Items() ?? [])
        {
            var isSpecial = part.Required("special").Element.GetBoolean();
            result.Add((AddedToken.Read(part, part.Required("id").Element.GetInt32()), isSpecial, part.Bool("normalized", !isSpecial)));
        }
        return result;
    }
}
