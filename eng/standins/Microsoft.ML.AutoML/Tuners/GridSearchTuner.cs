namespace Microsoft.ML.AutoML;

/// <summary>Proposes the points of a grid one after the other, and begins again after the last.</summary>
internal sealed class GridSearchTuner(SearchSpace.SearchSpace searchSpace, int step) : ITuner
{
    private readonly int[] _steps = [.. searchSpace.Step.Select(own => own ?? step)];
    private long _next;

    public SearchSpace.Parameter Propose(TrialSettings settings)
    {
        var features = new double[_steps.Length];
        var rest = _next++;
        for (var i = _steps.Length - 1; i >= 0; i--)
        {
            features[i] = (double)(rest % _steps[i]) / _steps[i];
            rest /= _steps[i];
        }
        return searchSpace.SampleFromFeatureSpace(features);
    }

    public void Update(TrialResult result)
    {
    }
}
