using System.Globalization;
using Microsoft.ML.AutoML;

namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>
/// Gives each configuration a few training steps first and lets the best go on from where they are (asynchronous successive halving: Li et al., A System
/// for Massively Parallel Hyperparameter Tuning, arXiv 1810.05934, after Jamieson and Talwalkar, arXiv 1502.07943).
/// </summary>
/// <remarks>
/// Rung k, counted from 0, is after r·η^k rows of training data, the same for all configurations, whatever their batches and however many steps they would make: ⌈r·η^k / batch⌉ steps.
/// r is such that rung K − 1 is where the first configuration, that of the options, ends.
/// A configuration among the best ⌊n/η⌋ of the n measured on a rung goes on to the next one; where all of these have done so on every rung, a new configuration begins: the defaults first, then
/// random ones. A configuration that has made all its steps below a rung is measured there by its last loss.
/// Of those that wait on a rung, the best η keep their checkpoints. The others have lost: the next of these η goes on once η more are measured, so that hardly one of the others ever would.
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
    private long? _firstRungRows;

    public SuccessiveHalvingTuner(SearchSpace.SearchSpace searchSpace, SweepablePipeline pipeline, string directory, int reductionFactor, int rungs, int? seed)
    {
        _searchSpace = searchSpace;
        _trainers = [.. pipeline.Estimators.Where(item => item.Value is BlockLlmSweepableEstimator).Select(item => item.Key)];
        if (_trainers.Length == 0)
        {
            throw new InvalidOperationException(
                "The pipeline has no sweepable BlockLLM trainer that could be held to a part of its steps. Append one, such as mlContext.Auto().BlockLlmTextClassification, or set another tuner.");
        }
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"Configurations cannot wait in the folder '{directory}': {exception.Message.TrimEnd('.')}. Give SetSuccessiveHalvingTuner one that can be written.", exception);
        }
        _directory = directory;
        _reductionFactor = reductionFactor;
        _rungs = rungs;
        _random = seed is { } value ? new Random(value) : new Random();
    }

    /// <summary>One over the part of its steps that the first configuration makes at first.</summary>
    private long Divisor => Power(_rungs - 1);

    public SearchSpace.Parameter Propose(TrialSettings settings)
    {
        var configuration = NextPromotion() ?? NewConfiguration();
        _running[settings.TrialId] = configuration;
        configuration.IsRunning = true;
        var parameter = _searchSpace.SampleFromFeatureSpace(configuration.Features);
        var rung = configuration.Losses.Count;
        foreach (var trainer in _trainers)
        {
            var values = parameter[TrialParameters.Pipeline][trainer];
            TrialBudget.Set(values, StepsOn(rung, BatchOf(values)), Divisor, continues: rung > 0, Path.Combine(configuration.Directory, trainer));
        }
        return parameter;
    }

    public void Update(TrialResult result)
    {
        if (!_running.Remove(result.TrialSettings.TrialId, out var configuration))
            return;
        // Which of the trainers a trial has used, its steps tell.
        var used = _trainers.Select(trainer => result.TrialSettings.Parameter[TrialParameters.Pipeline][trainer])
            .Select(values => (Budget: TrialBudget.Of(values), Batch: BatchOf(values))).Where(trainer => trainer.Budget?.TotalSteps is not null).ToList();
        if (used.Count > 0)
            _firstRungRows ??= used.Max(trainer => TrialBudget.PartOf(trainer.Budget!.TotalSteps!.Value, Divisor) * trainer.Batch);
        configuration.Add(result.Loss, isComplete: !used.Any(trainer => trainer.Budget!.IsCutOff));
        DropLosers();
        // All that are done, not only this one: what could not be deleted before is tried again.
        foreach (var done in _configurations.Where(item => item.IsDone))
            done.TryDeleteCheckpoints();
    }

    /// <summary>Steps in which batches of a size have the rows of a rung, and at least one more than on the rung before; null as long as the rows are unknown.</summary>
    private long? StepsOn(int rung, int batch) => _firstRungRows is { } rows ? Math.Max(TrialBudget.PartOf(rows * Power(rung), batch), rung + 1) : null;

    /// <summary>The size of a trainer's batches, which every search space has.</summary>
    private static int BatchOf(SearchSpace.Parameter trainer) => TrainerValues.Of(trainer).BatchSize!.Value;

    /// <summary>The best configuration that may go on, on the highest rung that has one.</summary>
    private Configuration? NextPromotion()
    {
        for (var rung = _configurations.Select(item => item.Losses.Count).DefaultIfEmpty().Max() - 1; rung >= 0; rung--)
        {
            var measured = _configurations.Where(item => item.LossOn(rung) is not null).OrderBy(item => item.LossOn(rung)).ToList();
            if (measured.Take(measured.Count / _reductionFactor).FirstOrDefault(item => item.WaitsOn(rung)) is { } next)
                return next;
        }
        return null;
    }

    private Configuration NewConfiguration()
    {
        var number = _configurations.Count;
        var features = number == 0 ? _searchSpace.Default : [.. Enumerable.Range(0, _searchSpace.FeatureSpaceDim).Select(_ => _random.NextDouble())];
        var configuration = new Configuration(features, Path.Combine(_directory, string.Create(CultureInfo.InvariantCulture, $"configuration-{number:D4}")));
        // Room for its own: one that an earlier sweep left is another configuration.
        configuration.TryDeleteCheckpoints();
        _configurations.Add(configuration);
        return configuration;
    }

    private void DropLosers()
    {
        foreach (var rung in _configurations.Where(item => item.Waits).GroupBy(item => item.Losses.Count))
        {
            foreach (var loser in rung.OrderBy(item => item.Losses[^1]).Skip(_reductionFactor).ToList())
                loser.IsDone = true;
        }
    }

    /// <summary>A power of η, or a number beyond that of all steps.</summary>
    private long Power(int exponent) => (long)Math.Min(Math.Pow(_reductionFactor, exponent), int.MaxValue);

    /// <summary>Parameters, and what came of them on each rung so far.</summary>
    private sealed record Configuration(double[] Features, string Directory)
    {
        private bool _isComplete;

        public List<double> Losses { get; } = [];

        public bool IsRunning { get; set; }

        /// <summary>Whether it will not go on: it has made all its steps, failed, or lost.</summary>
        public bool IsDone { get; set; }

        public bool Waits => !IsRunning && !IsDone;

        public bool WaitsOn(int rung) => Waits && Losses.Count == rung + 1;

        /// <summary>The loss by which it is compared on a rung; null if it has not come so far.</summary>
        public double? LossOn(int rung) => rung < Losses.Count ? Losses[rung] : _isComplete ? Losses[^1] : null;

        public void Add(double loss, bool isComplete)
        {
            var hasFailed = loss is double.MaxValue or double.NaN;
            Losses.Add(hasFailed ? double.MaxValue : loss);
            _isComplete = isComplete && !hasFailed;
            IsDone = isComplete || hasFailed;
            IsRunning = false;
        }

        /// <summary>Deletes them if that is possible: they are in the way of nothing but the room they take.</summary>
        public void TryDeleteCheckpoints()
        {
            try
            {
                if (System.IO.Directory.Exists(Directory))
                    System.IO.Directory.Delete(Directory, recursive: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Another program reads or writes there. Training that begins in this folder does not go on from them.
            }
        }
    }
}
