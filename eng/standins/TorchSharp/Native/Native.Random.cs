using System.Runtime.InteropServices;

namespace TorchSharp;

internal static partial class Native
{
    [LibraryImport(Library)] internal static partial int bl_uniform_(TensorHandle self, double low, double high, GeneratorHandle generator);
    [LibraryImport(Library)] internal static partial int bl_normal_(TensorHandle self, double mean, double std, GeneratorHandle generator);
}
