namespace Microsoft.ML.AutoML;

/// <summary>Proposes parameters at random.</summary>
internal sealed class RandomSearchTuner(SearchSpace.SearchSpace searchSpace, int? seed) : ITuner
{
    private readonly Random _random = seed is { } value ? new Random(value) : new Random();

    public SearchSpace.Parameter Propose(TrialSettings settings) =>
        searchSpace.SampleFromFeatureSpace([.. Enumerable.Range(0, searchSpace.FeatureSpaceDim).Select(_ => _random.NextDouble())]);

    public void Update(TrialResult result)
    {
    }
}
