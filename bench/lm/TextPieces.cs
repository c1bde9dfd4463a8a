using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;

namespace LanguageModelBenchmark;

/// <summary>A text as token sequences of one length; the last share of it is held out.</summary>
internal static class TextPieces
{
    public static (ITrainingData Training, ITrainingData HeldOut) Split(string text, CausalLanguageModel model, int length, double heldOutShare)
    {
        var end = (int)(text.Length * (1 - heldOutShare));
        return (DataOf(text[..end], model, length), DataOf(text[end..], model, length));
    }

    private static ExampleData<TokenSequence> DataOf(string text, CausalLanguageModel model, int length) => new(
        [.. new TokenDocument(model.CreateBatchEncoder().EncodeToIds(text)).Split(length).Select(piece => new TokenSequence([piece]))],
        batch => TokenSequence.Collate(batch, model.Config.PaddingId),
        sequence => sequence.Length);
}
