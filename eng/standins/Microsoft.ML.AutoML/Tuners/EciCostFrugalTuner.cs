using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.AutoML;

/// <summary>
/// A search of its own for each possible pipeline. Which one goes on is drawn by how little an improvement is expected to cost there (ECI: Wang, Wu,
/// Weimer and Zhu, FLAML, MLSys 2021).
/// </summary>
internal sealed class EciCostFrugalTuner : ITuner
{
    private readonly Dictionary<string, (CostFrugalTuner Tuner, ImprovementCost Cost)> _searches;
    private readonly SearchSpace.Parameter _defaults;
    private readonly Random _random;

    public EciCostFrugalTuner(SweepablePipeline pipeline, AutoMLExperiment.AutoMLExperimentSettings settings)
    {
        var all = settings.SearchSpace;
        _random = settings.Seed is { } seed ? new Random(seed) : new Random();
        _defaults = all.SampleFromFeatureSpace(all.Default)[AutoMLExperiment.PipelineSearchSpaceName];
        _searches = pipeline.Schemas.ToDictionary(schema => schema, schema => (new CostFrugalTuner(Only(schema), settings.Seed), new ImprovementCost()));

        SearchSpace.SearchSpace Only(string schema)
        {
            var space = new SearchSpace.SearchSpace();
            foreach (KeyValuePair<string, OptionBase> item in all)
                space[item.Key] = item.Key == AutoMLExperiment.PipelineSearchSpaceName ? pipeline.SearchSpaceOf(schema) : item.Value;
            return space;
        }
    }

    public SearchSpace.Parameter Propose(TrialSettings settings)
    {
        var best = _searches.Values.Min(search => search.Cost.BestLoss);
        var weights = _searches.Values.Select(search => search.Cost.Weight(best)).ToArray();
        var drawn = _random.NextDouble() * weights.Sum();
        var index = 0;
        while (index < weights.Length - 1 && (drawn -= weights[index]) >= 0)
            index++;
        var parameter = _searches.Values.ElementAt(index).Tuner.Propose(settings);
        // As in the original, the defaults of all steps are beside the pipeline's parameters, which have those of its own steps alone.
        foreach (var step in _defaults.Keys.Where(step => !parameter.ContainsKey(step)))
            parameter[step] = _defaults[step];
        return parameter;
    }

    public void Update(TrialResult result)
    {
        var (tuner, cost) = _searches[SweepablePipeline.SchemaOf(result.TrialSettings.Parameter[AutoMLExperiment.PipelineSearchSpaceName])];
        cost.Add(result.Loss, result.DurationInMilliseconds / 1000);
        tuner.Update(result);
    }

    /// <summary>What the next improvement of one pipeline is expected to cost, in seconds.</summary>
    private sealed class ImprovementCost
    {
        private double _secondsSinceBest;
        private double _secondsOfBest;
        private double _formerLoss = double.PositiveInfinity;

        public double BestLoss { get; private set; } = double.PositiveInfinity;

        public void Add(double loss, double seconds)
        {
            _secondsSinceBest += seconds;
            if (loss >= BestLoss)
                return;
            (_formerLoss, BestLoss) = (BestLoss, loss);
            (_secondsOfBest, _secondsSinceBest) = (_secondsSinceBest, 0);
        }

        /// <summary>One over the cost: of the next improvement, or of catching up with the best pipeline if that is more. What was never tried comes first.</summary>
        public double Weight(double bestOfAll)
        {
            if (double.IsPositiveInfinity(BestLoss))
                return _secondsSinceBest > 0 ? 1 / _secondsSinceBest : 1e9;
            var speed = double.IsPositiveInfinity(_formerLoss) ? double.PositiveInfinity : (_formerLoss - BestLoss) / (_secondsOfBest + _secondsSinceBest + 1e-9);
            var catchUp = 2 * (BestLoss - bestOfAll) / speed;
            return 1 / (Math.Max(Math.Max(_secondsSinceBest, _secondsOfBest), catchUp) + 1e-9);
        }
    }
}
