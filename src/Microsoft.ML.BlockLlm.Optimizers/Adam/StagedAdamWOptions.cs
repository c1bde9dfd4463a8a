using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Hyperparameters of AdamW that a refused state leaves alone.</summary>
internal sealed class StagedAdamWOptions : AdamW.Options, IStagedOptions
{
    private AdamW.Options? _loaded;

    public override void LoadStateDict(BinaryReader reader)
    {
        var loaded = new AdamW.Options();
        loaded.LoadStateDict(reader);
        _loaded = loaded;
    }

    public override void LoadStateDict(OptimizerOptions source)
    {
        var loaded = new AdamW.Options();
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
