using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Keeps a part of the gradients it is offered: those of the coordinates that a selection makes active.</summary>
internal interface ISelectionMask : IDisposable
{
    /// <summary>Number of parameters offered.</summary>
    int Parameters { get; }

    bool Offered(NamedParameter parameter);

    /// <summary>Offers one gradient, finite and flat; its storage may be shared until the mask is disposed.</summary>
    void Offer(NamedParameter parameter, Tensor gradient);

    /// <summary>Gives away what the mask keeps of each parameter offered so far, ordered by name; the caller's to dispose.</summary>
    IEnumerable<MaskedGradient> TakeKept();
}
