using Microsoft.ML.BlockLlm.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Knows which evaluation was the best, and can bring its weights back.</summary>
/// <remarks>
/// Only parameters of which a weight changed since then are copied, whole, the moment before they change: with few active blocks few are. Of weights that are streamed, only what differs from the file is.
/// </remarks>
/// <param name="options">What makes a model the best, and whether its weights are kept.</param>
/// <param name="streamed">The model's weights that are not in memory all the time; null if there are none.</param>
internal sealed class BestModel(TrainingOptions options, StreamedWeights? streamed) : IDisposable
{
    private readonly Dictionary<Parameter, Tensor> _originals = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Parameter, StreamedSnapshot> _streamedOriginals = new(ReferenceEqualityComparer.Instance);

    /// <summary>The best evaluation so far.</summary>
    public BestEvaluation Evaluation { get; private set; } = BestEvaluation.None;

    /// <summary>Whether patience is at its end.</summary>
    public bool IsPatienceExhausted => Evaluation.WorseSince >= options.Patience;

    /// <summary>What the parameters that changed since then were, those left out whose weights are streamed.</summary>
    public IReadOnlyDictionary<Parameter, Tensor> Originals => _originals;

    /// <summary>Keeps a parameter as it is now, before an update changes it, if it is part of the best model.</summary>
    public void BeforeUpdate(Parameter parameter)
    {
        if (!options.RestoreBest || Evaluation.Step is null || _originals.ContainsKey(parameter) || _streamedOriginals.ContainsKey(parameter))
            return;
        if (streamed?.Keep(parameter) is { } snapshot)
        {
            _streamedOriginals.Add(parameter, snapshot);
            return;
        }

        using var withoutGraph = no_grad();
        _originals[parameter] = parameter.detach().clone().DetachFromDisposeScope();
    }

    /// <summary>Notes an evaluation of the model as it is now. One whose loss is not finite is never the best, not even the first.</summary>
    public void Observe(long step, EvaluationResult result)
    {
        if (!IsBetterThanBest(result))
        {
            Evaluation = Evaluation with { WorseSince = Evaluation.WorseSince + 1 };
            return;
        }

        Evaluation = new BestEvaluation(result, step, WorseSince: 0);
        Forget();
    }

    /// <summary>Takes over what another run knew.</summary>
    /// <param name="evaluation">Its best evaluation.</param>
    /// <param name="originals">Its originals, which become this one's.</param>
    public void Resume(BestEvaluation evaluation, IEnumerable<(Parameter Parameter, Tensor Original)> originals)
    {
        Forget();
        Evaluation = evaluation;
        foreach (var (parameter, original) in originals)
        {
            using (original)
                _originals[parameter] = original.to(parameter.device, copy: true).DetachFromDisposeScope();
        }
    }

    /// <summary>Gives the model the weights it was best with.</summary>
    /// <returns>The parameters that had changed since.</returns>
    public IReadOnlyList<Parameter> Restore()
    {
        using var withoutGraph = no_grad();
        Parameter[] changed = [.. _originals.Keys, .. _streamedOriginals.Keys];
        foreach (var (parameter, original) in _originals)
            parameter.copy_(original);
        foreach (var snapshot in _streamedOriginals.Values)
            snapshot.Restore();
        Forget();
        return changed;
    }

    public void Dispose() => Forget();

    // A checkpoint of an earlier version may have a best evaluation whose loss is not finite.
    private bool IsBetterThanBest(EvaluationResult result)
    {
        if (!double.IsFinite(result.Loss))
            return false;
        if (Evaluation.Result is not { } best || !double.IsFinite(best.Loss))
            return true;
        return options.SelectBy == ModelSelection.Loss || result.Accuracy.Equals(best.Accuracy)
            ? result.Loss < best.Loss
            : result.Accuracy > best.Accuracy;
    }

    private void Forget()
    {
        foreach (var original in _originals.Values)
            original.Dispose();
        _originals.Clear();
        foreach (var snapshot in _streamedOriginals.Values)
            snapshot.Dispose();
        _streamedOriginals.Clear();
    }
}

/// <summary>The best evaluation of a run so far.</summary>
/// <param name="Result">What it gave; null before the first one whose loss is finite.</param>
/// <param name="Step">The update it came after; null before that.</param>
/// <param name="WorseSince">How many evaluations came after it, or before any.</param>
internal sealed record BestEvaluation(EvaluationResult? Result, long? Step, int WorseSince)
{
    public static BestEvaluation None { get; } = new(null, null, 0);
}
