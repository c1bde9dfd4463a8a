namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// Hyperparameters of a group that a saved state is not to change before all of it was read. TorchSharp loads them first and the state after, so what is loaded waits until the state says that it
/// was taken over.
/// </summary>
internal interface IStagedOptions
{
    /// <summary>Takes over what was loaded, if something was.</summary>
    void TakeOver();

    /// <summary>Forgets what was loaded.</summary>
    void Forget();
}
