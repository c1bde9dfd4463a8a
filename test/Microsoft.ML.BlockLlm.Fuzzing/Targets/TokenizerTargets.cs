using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>Every file that a tokenizer is read from. What is read has to encode and decode a text.</summary>
internal static class TokenizerTargets
{
    // A file may be sound in itself, and not fit the one beside it, which is then named.
    private const string VocabularyOrMerges = "hostile, ";
    private const string SettingsOrModel = "hostile, tokenizer";

    private const string Text = "The cats  sat on\tthe mat, 12 é 日本 😀 <s>[MASK]</s>!";

    public static FuzzTarget Json(string name) => Target(name, [], [.. Corpus.GoldenFiles(name), Bpe()], TokenMutations.Mutate, $"hostile, {name}");

    public static FuzzTarget SentencePiece(string name) => Target(name, [], Corpus.GoldenFiles(name), ByteMutations.Mutate, $"hostile, {name}");

    public static FuzzTarget WordPiece(string name) => Target(name, [], [Golden("bert", name)], TokenMutations.Mutate, $"hostile, {name}");

    public static FuzzTarget BpeVocabulary(string name) => Target(name, Corpus.GoldenFolder("tokenizers/gpt2"), [Golden("gpt2", name)], TokenMutations.Mutate, VocabularyOrMerges);

    public static FuzzTarget BpeMerges(string name) => Target(name, Corpus.GoldenFolder("tokenizers/gpt2"), [Golden("gpt2", name)], TokenMutations.Mutate, $"hostile, {name}");

    public static FuzzTarget Settings(string name) => Target(name, Corpus.GoldenFolder("tokenizers/sentencepiece-bpe"),
    [
        """{"tokenizer_class": "LlamaTokenizerFast", "add_bos_token": true, "add_eos_token": true, "added_tokens_decoder": {"2": {"content": "</s>", "lstrip": false, "special": true}, "360": {"content": "<pad>", "rstrip": true}}}"""u8.ToArray(),
        """{"do_lower_case": true, "strip_accents": null, "tokenize_chinese_chars": true, "add_prefix_space": false}"""u8.ToArray(),
    ], TokenMutations.Mutate, SettingsOrModel);

    private static FuzzTarget Target(string name, Dictionary<string, byte[]> files, IReadOnlyList<byte[]> seeds, Mutation mutate, string place) => new(name, seeds, mutate, input =>
    {
        var loaded = TokenizerFiles.Read(ModelTargets.With(files, name, input), "hostile").Loaded;
        IReadOnlyList<int> ids;
        try
        {
            ids = loaded.Tokenizer.EncodeToIds(Text);
            _ = loaded.Tokenizer.Decode(ids);
        }
        catch (FormatException)
        {
            // What makes texts longer without end is met when a text comes.
            return;
        }
        var all = loaded.Template?.Fill(ids, ids).Ids ?? ids;
        if (all.Any(id => id < 0 || id >= loaded.VocabularySize))
            throw new InvalidOperationException($"It gives the ids {string.Join(" ", all)} with a vocabulary of {loaded.VocabularySize}.");
    })
    // Each of the text's spaces may be replaced by what fills nearly the whole file.
    { IsDocumented = ModelTargets.IsDocumented, Place = place, BytesPerByte = 512 };

    private static byte[] Golden(string folder, string file) => Corpus.GoldenFolder($"tokenizers/{folder}")[file];

    private static byte[] Bpe()
    {
        byte[] json = [];
        BpeTrainer.Train(["the cat sat on the mat and the hat"], new BpeTrainerOptions { VocabularySize = 270 }).Files("tokenizer.json", stream =>
        {
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            json = bytes.ToArray();
        });
        return json;
    }
}
