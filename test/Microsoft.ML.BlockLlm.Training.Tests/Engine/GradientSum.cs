using System.Collections;
using Microsoft.ML.BlockLlm.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>The gradients that a <see cref="StageEngine"/> gives for some batches, added up.</summary>
internal sealed class GradientSum : IEnumerable<KeyValuePair<Parameter, Tensor>>, IDisposable
{
    private readonly Dictionary<Parameter, Tensor> _sums = new(ReferenceEqualityComparer.Instance);

    public Tensor this[Parameter parameter] => _sums[parameter];

    public static GradientSum Of(StagedModel model, params (TrainingBatch Batch, double Scale)[] batches) => Of(model, Recompute.None, batches);

    public static GradientSum Of(StagedModel model, Recompute recompute, params (TrainingBatch Batch, double Scale)[] batches)
    {
        var sum = new GradientSum();
        foreach (var (batch, scale) in batches)
            sum.Add(model, recompute, _ => true, batch, scale);
        return sum;
    }

    /// <summary>The gradients of some parameters alone.</summary>
    public static GradientSum Of(StagedModel model, Recompute recompute, Func<Parameter, bool> needsGradient, TrainingBatch batch)
    {
        var sum = new GradientSum();
        sum.Add(model, recompute, needsGradient, batch, 1);
        return sum;
    }

    public IEnumerator<KeyValuePair<Parameter, Tensor>> GetEnumerator() => _sums.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        foreach (var sum in _sums.Values)
            sum.Dispose();
    }

    private void Add(StagedModel model, Recompute recompute, Func<Parameter, bool> needsGradient, TrainingBatch batch, double scale) =>
        new StageEngine(model, recompute).ForwardBackward(batch, loss: null, needsGradient, Add, scale);

    private void Add(Parameter parameter, Tensor gradient)
    {
        var before = _sums.GetValueOrDefault(parameter);
        _sums[parameter] = (before is null ? gradient.clone() : before + gradient).DetachFromDisposeScope();
        before?.Dispose();
    }
}
