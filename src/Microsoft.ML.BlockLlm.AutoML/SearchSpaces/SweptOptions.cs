using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>Refuses options that would hold for all trials of a sweep together, where each is a training of its own, or that need such.</summary>
internal static class SweptOptions
{
    /// <exception cref="ArgumentException">The options have checkpoints, go back to them, have a cancellation token, or contradict each other.</exception>
    public static void Check(BlockLlmTextClassificationOptions options) => Check(options.MethodChoice, options.Checkpoints, options.Training.OnNonFinite, options.CancellationToken);

    /// <exception cref="ArgumentException">The options have checkpoints, go back to them, have a cancellation token, or contradict each other.</exception>
    public static void Check(BlockLlmLanguageModelOptions options) => Check(options.MethodChoice, options.Checkpoints, options.Training.OnNonFinite, options.CancellationToken);

    private static void Check(MethodChoice method, CheckpointOptions? checkpoints, NonFinitePolicy onNonFinite, CancellationToken cancellationToken)
    {
        method.Check();
        if (checkpoints is not null)
            throw new ArgumentException("Checkpoints are set in the options of a sweep, but each of its trials is a training of its own. Leave them out; SetSuccessiveHalvingTuner keeps some of its own.");
        if (onNonFinite == NonFinitePolicy.RollBack)
            throw new ArgumentException("OnNonFinite is RollBack in the options of a sweep, which goes back to a checkpoint, and trials have none to go back to. Set it to Skip, or leave it out: a trial that diverges is then recorded, and the sweep goes on.");
        if (cancellationToken.CanBeCanceled)
            throw new ArgumentException("A CancellationToken is set in the options of a sweep, where it would end each trial but not the sweep. Leave it out, and give it to RunAsync of the experiment.");
    }
}
