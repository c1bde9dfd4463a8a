using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Who disposes a module's tensors.</summary>
internal static class ModuleOwnership
{
    /// <summary>Hands parameters and buffers over to the module, which disposes them with itself.</summary>
    public static void DetachParametersFromDisposeScope(this nn.Module module)
    {
        foreach (var parameter in module.parameters())
            parameter.DetachFromDisposeScope();
        foreach (var buffer in module.buffers())
            buffer.DetachFromDisposeScope();
    }
}
