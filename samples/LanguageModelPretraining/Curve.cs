using Microsoft.ML.BlockLlm.Training;

/// <summary>What a run gave and cost.</summary>
/// <param name="Points">Loss on lines that were not trained on, after so many updates and seconds.</param>
/// <param name="PeakMemory">Largest resident memory of the process, in bytes.</param>
/// <param name="ActiveShare">Share of the weights that an update changed.</param>
internal sealed record Curve(IReadOnlyList<CurvePoint> Points, long PeakMemory, double ActiveShare)
{
    public static Curve Of(TrainingSummary summary) => new(
        [.. summary.Evaluations.Select(evaluation => new CurvePoint(evaluation.Step, summary.History[(int)evaluation.Step - 1].Elapsed.TotalSeconds, evaluation.Result.Loss))],
        summary.PeakMemory,
        summary.ActiveShare);
}

/// <summary>A point of a <see cref="Curve"/>.</summary>
internal sealed record CurvePoint(long Step, double Seconds, double Loss);
