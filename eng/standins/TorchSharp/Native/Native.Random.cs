using System.Runtime.InteropServices;

namespace TorchSharp;

internal static partial class Native
{
    [LibraryImport(Library)] internal static partial int bl_uniform_(TensorHandle self, double low, double high, GeneratorHandle generator);
    [LibraryImport(Library)] internal static partial int bl_normal_(TensorHandle self, double mean, double std, GeneratorHandle generator);
    [LibraryImport(Library)] internal static partial TensorHandle bl_bernoulli(TensorHandle self, GeneratorHandle generator);
    [LibraryImport(Library)] internal static partial int bl_bernoulli_(TensorHandle self, double p, GeneratorHandle generator);
    [LibraryImport(Library)] internal static partial int bl_random_(TensorHandle self, double low, double high, GeneratorHandle generator);
    [LibraryImport(Library)] internal static partial int bl_exponential_(TensorHandle self, double lambda, GeneratorHandle generator);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_multinomial(TensorHandle self, long num_samples, Flag replacement, GeneratorHandle generator);
}
