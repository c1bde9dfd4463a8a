using System.Runtime.InteropServices;

namespace TorchSharp;

internal static partial class Native
{
    [LibraryImport(Library)] internal static partial GeneratorHandle bl_generator_new(ulong seed);
    [LibraryImport(Library)] internal static partial GeneratorHandle bl_generator_default();
    [LibraryImport(Library)] internal static partial void bl_generator_free(nint generator);
    [LibraryImport(Library)] internal static partial void bl_generator_manual_seed(GeneratorHandle generator, long seed);
    [LibraryImport(Library)] internal static partial TensorHandle bl_generator_get_state(GeneratorHandle generator);
    [LibraryImport(Library)] internal static partial int bl_generator_set_state(GeneratorHandle generator, TensorHandle state);
}
