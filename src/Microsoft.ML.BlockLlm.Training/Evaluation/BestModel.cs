using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Knows which evaluation was the best, and can bring its weights back.</summary>
/// <remarks>Only weights that changed since then are copied, the moment before they change: with few active blocks few weights are.</remarks>
internal sealed class BestModel(TrainingOptions options) : IDisposable
{
    private readonly Dictionary<Parameter, Tensor> _originals = new(ReferenceEqualityComparer.Instance);
    private EvaluationResult? _best;
    private int _sinceBest;

    /// <summary>The update after which the model was best; null before the first evaluation.</summary>
    public long? Step { get; private set; }

    /// <summary>Whether patience is at its end.</summary>
    public bool IsPatienceExhausted => _sinceBest >= options.Patience;

    /// <summary>Keeps a parameter as it is now, before an update changes it, if it is part of the best model.</summary>
    public void BeforeUpdate(Parameter parameter)
    {
        if (!options.RestoreBest || Step is null || _originals.ContainsKey(parameter))
            return;
        using var withoutGraph = no_grad();
        _originals[parameter] = parameter.detach().clone().DetachFromDisposeScope();
    }

    /// <summary>Notes an evaluation of the model as it is now.</summary>
    public void Observe(long step, EvaluationResult result)
    {
        if (_best is not null && !IsBetter(result, _best))
        {
            _sinceBest++;
            return;
        }

        (_best, Step, _sinceBest) = (result, step, 0);
        Forget();
    }

    /// <summary>Gives the model the weights it was best with.</summary>
    public void Restore()
    {
        using var withoutGraph = no_grad();
        foreach (var (parameter, original) in _originals)
            parameter.copy_(original);
        Forget();
    }

    public void Dispose() => Forget();

    private bool IsBetter(EvaluationResult result, EvaluationResult best) =>
        options.SelectBy == ModelSelection.Loss || result.Accuracy.Equals(best.Accuracy)
            ? result.Loss < best.Loss
            : result.Accuracy > best.Accuracy;

    private void Forget()
    {
        foreach (var original in _originals.Values)
            original.Dispose();
        _originals.Clear();
    }
}
