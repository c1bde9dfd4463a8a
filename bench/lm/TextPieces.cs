using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;

namespace LanguageModelBenchmark;

/// <summary>A text as token sequences of one length. Its last tenth is for choosing settings by, its first to measure what was chosen.</summary>
internal sealed record TextPieces(ITrainingData Training, ITrainingData Validation, ITrainingData Test)
{
    public static TextPieces Split(string text, CausalLanguageModel model, int length)
    {
        var tenth = text.Length / 10;
        return new(DataOf(text[tenth..^tenth], model, length), DataOf(text[^tenth..], model, length), DataOf(text[..tenth], model, length));
    }

    private static ExampleData<TokenSequence> DataOf(string text, CausalLanguageModel model, int length) => new(
        [.. new TokenDocument(model.CreateBatchEncoder().EncodeToIds(text)).Split(length).Select(piece => new TokenSequence([piece]))],
        batch => TokenSequence.Collate(batch, model.Config.PaddingId),
        sequence => sequence.Length);
}
