using System.Reflection;
using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>Finds libBlockLlmTorch.so and, before libtorch comes with it, a BLAS that shares OpenMP's pool of threads.</summary>
internal static class NativeLoader
{
    // Debian's default OpenBLAS has threads of its own, which spin against OpenMP's. The dynamic linker takes the library
    // that is already loaded under the same SONAME (libblas.so.3) when libtorch asks for it.
    private static readonly string[] OpenMpBlas =
        [.. new[] { "x86_64", "aarch64" }.Select(machine => $"/usr/lib/{machine}-linux-gnu/openblas-openmp/libblas.so.3")];

    internal static void Load()
    {
        foreach (var blas in OpenMpBlas)
            if (File.Exists(blas) && NativeLibrary.TryLoad(blas, out _)) break;

        NativeLibrary.SetDllImportResolver(typeof(NativeLoader).Assembly, Resolve);
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Native.Library) return 0;
        try
        {
            return NativeLibrary.Load(name, assembly, path);
        }
        catch (DllNotFoundException e)
        {
            throw new DllNotFoundException(
                "The stand-in of TorchSharp cannot load libBlockLlmTorch.so or the libtorch below it: install Debian's libtorch with " +
                "'apt-get install libtorch-dev' and build again, or build with BlockLlmPackages=feed for the real TorchSharp. " +
                $"The loader said: {e.Message}", e);
        }
    }
}
