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
        var engine = new StageEngine(model, recompute);
        foreach (var (batch, scale) in batches)
            engine.ForwardBackward(batch.Tokens, output => CrossEntropy.Loss(output, batch), _ => true, sum.Add, scale);
        return sum;
    }

    public IEnumerator<KeyValuePair<Parameter, Tensor>> GetEnumerator() => _sums.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        foreach (var sum in _sums.Values)
            sum.Dispose();
    }

    private void Add(Parameter parameter, Tensor gradient)
    {
        var before = _sums.GetValueOrDefault(parameter);
        _sums[parameter] = (before is null ? gradient.clone() : before + gradient).DetachFromDisposeScope();
        before?.Dispose();
    }
}
