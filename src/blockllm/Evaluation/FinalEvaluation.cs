using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>The evaluation of a model that was just trained and saved.</summary>
internal static class FinalEvaluation
{
    private const string Ending = "The model is saved and is being evaluated. Ctrl-C again stops at once, without a report.";

    /// <summary>Evaluates the model; whoever canceled its training does not wait for it.</summary>
    /// <param name="validation">The data; null if there is none.</param>
    /// <param name="summary">What training did.</param>
    /// <param name="evaluate">Evaluates.</param>
    /// <param name="cancellationToken">Is answered with what goes on.</param>
    /// <returns>The evaluation; null if there is no data, or training was canceled.</returns>
    public static T? Of<T>(IDataView? validation, TrainingSummary summary, Func<IDataView, T> evaluate, CancellationToken cancellationToken) where T : class
    {
        if (validation is null || summary.StopReason == StopReason.Canceled)
            return null;
        using var ending = cancellationToken.Register(() => Console.Error.WriteLine(Ending));
        return evaluate(validation);
    }
}
