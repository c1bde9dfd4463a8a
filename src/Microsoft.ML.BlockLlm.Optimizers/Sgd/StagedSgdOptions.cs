using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Hyperparameters of SGD that a refused state leaves alone.</summary>
internal sealed class StagedSgdOptions : SGD.Options, IStagedOptions
{
    private SGD.Options? _loaded;

    public override void LoadStateDict(BinaryReader reader)
    {
        var loaded = new SGD.Options();
        loaded.LoadStateDict(reader);
        _loaded = loaded;
    }

    public override void LoadStateDict(OptimizerOptions source)
    {
        var loaded = new SGD.Options();
        loaded.LoadStateDict(source);
        _loaded = loaded;
    }

    public void TakeOver()
    {
        if (_loaded is not null)
            base.LoadStateDict(_loaded);
        _loaded = null;
    }

    public void Forget() => _loaded = null;
}
