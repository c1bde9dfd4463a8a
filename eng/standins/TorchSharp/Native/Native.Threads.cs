using System.Runtime.InteropServices;

namespace TorchSharp;

internal static partial class Native
{
    [LibraryImport(Library)] internal static partial int bl_get_num_threads();
    [LibraryImport(Library)] internal static partial int bl_set_num_threads(int count);
}
