using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// The hyperparameters of a group as TorchSharp saves and loads them. It loads them first and the state after, and a state that is refused is not to change them: so what is loaded waits until the
/// state was read.
/// </summary>
/// <param name="own">The hyperparameters of the group.</param>
/// <param name="loaded">Others of their type, which are loaded into.</param>
internal sealed class StagedOptions(OptimizerOptions own, OptimizerOptions loaded) : OptimizerOptions
{
    private bool _isLoaded;

    public override void SaveStateDict(BinaryWriter writer) => own.SaveStateDict(writer);

    public override void LoadStateDict(BinaryReader reader)
    {
        loaded.LoadStateDict(reader);
        _isLoaded = true;
    }

    public override void LoadStateDict(OptimizerOptions source)
    {
        loaded.LoadStateDict(source is StagedOptions staged ? staged.Own : source);
        _isLoaded = true;
    }

    /// <summary>Gives the group what was loaded, if something was.</summary>
    public void TakeOver()
    {
        if (_isLoaded)
            own.LoadStateDict(loaded);
        _isLoaded = false;
    }

    private OptimizerOptions Own => own;
}
