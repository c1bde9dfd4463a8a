using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

internal static class SavedState
{
    /// <summary>Saves the state of one optimizer and loads it into another.</summary>
    public static void Copy(OptimizerHelper from, OptimizerHelper to) => Load(Save(from), to);

    public static byte[] Save(OptimizerHelper optimizer)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        optimizer.save_state_dict(writer);
        writer.Flush();
        return stream.ToArray();
    }

    public static void Load(byte[] state, OptimizerHelper optimizer)
    {
        using var reader = new BinaryReader(new MemoryStream(state));
        optimizer.load_state_dict(reader);
    }
}
