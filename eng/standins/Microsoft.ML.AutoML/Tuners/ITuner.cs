namespace Microsoft.ML.AutoML;

/// <summary>Proposes parameters, and hears what came of them.</summary>
public interface ITuner
{
    SearchSpace.Parameter Propose(TrialSettings settings);

    void Update(TrialResult result);
}
