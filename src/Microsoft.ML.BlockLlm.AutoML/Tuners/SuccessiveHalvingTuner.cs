using System.Globalization;
using Microsoft.ML.AutoML;

namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>
/// Gives each configuration a small part of its steps first and lets the best go on from where they are (asynchronous successive halving: Li et al., A System
/// for Massively Parallel Hyperparameter Tuning, arXiv 1810.05934, after Jamieson and Talwalkar, arXiv 1502.07943).
/// </summary>
/// <remarks>
/// On rung k of K, counted from 1, a configuration has made the share η^(k − K) of its steps. A configuration among the best ⌊n/η⌋ of the n measured on a rung makes the
/// steps up to the next one; where all of these have done so on every rung, a new configuration begins: the defaults first, then random ones.
/// </remarks>
internal sealed class SuccessiveHalvingTuner : ITuner
{
    private readonly SearchSpace.SearchSpace _searchSpace;
    private readonly string[] _trainers;
    private readonly string _directory;
    private readonly int _reductionFactor;
    private readonly int _rungs;
    private readonly Random _random;
    private readonly List<Configuration> _configurations = [];
    private readonly Dictionary<int, Configuration> _running = [];

    public SuccessiveHalvingTuner(SearchSpace.SearchSpace searchSpace, SweepablePipeline pipeline, string directory, int reductionFactor, int rungs, int? seed)
    {
        _searchSpace = searchSpace;
        _trainers = [.. pipeline.Estimators.Where(item => item.Value is BlockLlmSweepableEstimator).Select(item => item.Key)];
        if (_trainers.Length == 0)
        {
            throw new InvalidOperationException(
                "The pipeline has no sweepable BlockLLM trainer that could be held to a part of its steps. Append one, such as mlContext.Auto().BlockLlmTextClassification, or set another tuner.");
        }
        _directory = directory;
        _reductionFactor = reductionFactor;
        _rungs = rungs;
        _random = seed is { } value ? new Random(value) : new Random();
    }

    public SearchSpace.Parameter Propose(TrialSettings settings)
    {
        var configuration = NextPromotion() ?? NewConfiguration();
        _running[settings.TrialId] = configuration;
        var share = Math.Pow(_reductionFactor, configuration.Losses.Count + 1 - _rungs);
        var parameter = _searchSpace.SampleFromFeatureSpace(configuration.Features);
        foreach (var trainer in _trainers)
            parameter[TrialParameters.Pipeline][trainer][TrialBudget.Name] = new TrialBudget(share, Path.Combine(configuration.Directory, trainer)).ToParameter();
        return parameter;
    }

    public void Update(TrialResult result)
    {
        if (!_running.Remove(result.TrialSettings.TrialId, out var configuration))
            return;
        configuration.Losses.Add(result.Loss);
        if (configuration.Losses.Count == _rungs || configuration.HasFailed)
            configuration.DeleteCheckpoints();
    }

    /// <summary>The best configuration that may go on, on the highest rung that has one.</summary>
    private Configuration? NextPromotion()
    {
        for (var rung = _rungs - 2; rung >= 0; rung--)
        {
            var measured = _configurations.Where(configuration => configuration.Losses.Count > rung).ToList();
            var next = measured.OrderBy(configuration => configuration.Losses[rung])
                .Take(measured.Count / _reductionFactor)
                .FirstOrDefault(configuration => configuration.Losses.Count == rung + 1 && !configuration.HasFailed);
            if (next is not null)
                return next;
        }
        return null;
    }

    private Configuration NewConfiguration()
    {
        var number = _configurations.Count;
        var features = number == 0 ? _searchSpace.Default : [.. Enumerable.Range(0, _searchSpace.FeatureSpaceDim).Select(_ => _random.NextDouble())];
        var configuration = new Configuration(features, Path.Combine(_directory, string.Create(CultureInfo.InvariantCulture, $"configuration-{number:D4}")));
        // One that an earlier sweep left is another configuration.
        configuration.DeleteCheckpoints();
        _configurations.Add(configuration);
        return configuration;
    }

    /// <summary>Parameters, and what came of them on each rung so far.</summary>
    private sealed record Configuration(double[] Features, string Directory)
    {
        public List<double> Losses { get; } = [];

        public bool HasFailed => Losses[^1] is double.MaxValue or double.NaN;

        public void DeleteCheckpoints()
        {
            if (System.IO.Directory.Exists(Directory))
                System.IO.Directory.Delete(Directory, recursive: true);
        }
    }
}
