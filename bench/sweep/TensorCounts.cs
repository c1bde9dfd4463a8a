using Microsoft.ML.BlockLlm.AutoML;
using static TorchSharp.torch;

namespace SweepBenchmark;

/// <summary>Counts the tensors that live when a trial begins, from the second trial on: the first has no model beside it.</summary>
internal sealed class TensorCounts : IProgress<SweepTrial>
{
    private readonly List<long> _counts = [];

    public void Report(SweepTrial value)
    {
        if (value is { Status: SweepTrialStatus.Running, Id: > 0 })
            _counts.Add(Tensor.TotalCount);
    }

    /// <summary>Gives the smallest and the largest count, one number if they are equal.</summary>
    public override string ToString() => _counts.Count == 0 ? "-" : _counts.Min() == _counts.Max() ? $"{_counts.Max()}" : $"{_counts.Min()} to {_counts.Max()}";
}
