using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Goes on with a text, token by token.</summary>
public static class TokenGeneration
{
    /// <summary>Makes the ids that follow a prompt, while they are read. The model is in evaluation mode meanwhile.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">The ids to begin with, at least one.</param>
    /// <param name="options">How tokens are picked. Default: the likeliest, up to 256.</param>
    /// <param name="cancellationToken">Stops before the next token.</param>
    /// <returns>The new ids, without the prompt and without the id that ended the text.</returns>
    /// <exception cref="ArgumentException">The prompt is empty, longer than the model takes, or has an id that the model does not know.</exception>
    public static IEnumerable<int> GenerateIds(
        this CausalLanguageModel model, IReadOnlyList<int> prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(prompt);
        if (prompt.Count == 0)
            throw new ArgumentException("The prompt has no tokens. Begin with the id that begins a text.", nameof(prompt));
        if (prompt.Count > model.Config.LongestText)
            throw new ArgumentException($"The prompt has {prompt.Count} tokens; the model takes {model.Config.LongestText} at most.", nameof(prompt));
        if (prompt.Where(id => id < 0 || id >= model.Config.VocabularySize).ToList() is [var unknown, ..])
            throw new ArgumentException($"The prompt has the id {unknown}; the model knows ids from 0 to {model.Config.VocabularySize - 1}. Use the model's own tokenizer.", nameof(prompt));
        return Generate(model, prompt, options ?? new GenerationOptions(), cancellationToken);
    }

    private static IEnumerable<int> Generate(CausalLanguageModel model, IReadOnlyList<int> prompt, GenerationOptions options, CancellationToken cancellationToken)
    {
        var length = (int)Math.Min((long)prompt.Count + options.MaxNewTokens, model.Config.LongestText);
        var stopIds = options.StopIds ?? model.EndOfTextIds;
        var sampler = new TokenSampler(options);
        var text = new List<int>(prompt);
        var wasTraining = model.training;
        using var cache = options.UseCache ? new KeyValueCache(model.Config.LayerCount, length) : null;
        model.eval();
        try
        {
            while (text.Count < length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var next = sampler.Next(NextLogits(model, text, cache), text);
                if (stopIds.Contains(next))
                    yield break;
                text.Add(next);
                yield return next;
            }
        }
        finally
        {
            model.train(wasTraining);
        }
    }

    private static float[] NextLogits(CausalLanguageModel model, List<int> text, KeyValueCache? cache)
    {
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        var newIds = text.Skip((int)(cache?.Length ?? 0)).Select(id => (long)id).ToArray();
        using var batch = new TokenBatch(tensor(newIds, device: model.parameters().First().device).unsqueeze(0)) { Cache = cache };
        var hidden = batch.InputIds;
        foreach (var stage in model.Stages.SkipLast(1))
        {
            using var weights = model.StreamedWeights?.Open(stage);
            hidden = stage.forward(hidden, batch);
        }

        cache?.Advance(batch.Length);
        using var headWeights = model.StreamedWeights?.Open(model.Stages[^1]);
        var logits = model.Stages[^1].forward(hidden.narrow(1, batch.Length - 1, 1), batch);
        return logits.to_type(float32).cpu().data<float>().ToArray();
    }
}
