using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>Refuses options that would hold for all trials of a sweep together, where each is a training of its own.</summary>
internal static class SweptOptions
{
    /// <exception cref="ArgumentException">The options have checkpoints or a cancellation token.</exception>
    public static void Check(BlockLlmTextClassificationOptions options) => Check(options.Checkpoints, options.CancellationToken);

    /// <exception cref="ArgumentException">The options have checkpoints or a cancellation token.</exception>
    public static void Check(BlockLlmLanguageModelOptions options) => Check(options.Checkpoints, options.CancellationToken);

    private static void Check(CheckpointOptions? checkpoints, CancellationToken cancellationToken)
    {
        if (checkpoints is not null)
            throw new ArgumentException("Checkpoints are set in the options of a sweep, but each of its trials is a training of its own. Leave them out; SetSuccessiveHalvingTuner keeps some of its own.");
        if (cancellationToken.CanBeCanceled)
            throw new ArgumentException("A CancellationToken is set in the options of a sweep, where it would end each trial but not the sweep. Leave it out, and give it to RunAsync of the experiment.");
    }
}
