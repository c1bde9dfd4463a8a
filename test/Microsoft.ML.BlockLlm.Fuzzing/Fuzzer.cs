using System.Diagnostics;

namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>Gives a reader one changed file after the other, and says which of them it did not refuse as it documents.</summary>
internal static class Fuzzer
{
    /// <summary>Runs inputs.</summary>
    /// <param name="target">The reader.</param>
    /// <param name="seed">What all inputs are made from: each follows from it and its number alone.</param>
    /// <param name="first">The number of the first.</param>
    /// <param name="count">How many.</param>
    public static FuzzReport Run(FuzzTarget target, int seed, long first, long count)
    {
        var report = new FuzzReport();
        for (var number = first; number < first + count; number++)
            Run(target, target.Mutate(new Random(HashCode(seed, number))), report);
        return report;
    }

    /// <summary>Runs one input.</summary>
    public static void Run(FuzzTarget target, byte[] input, FuzzReport report)
    {
        var (before, watch) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());
        var wrong = "";
        var refused = true;
        try
        {
            target.Read(input);
            refused = false;
        }
        catch (Exception exception) when (target.IsDocumented(exception))
        {
            if (!exception.Message.Contains(target.Place, StringComparison.Ordinal))
                wrong = $"does not say that it is about {target.Place}: {exception.Message}";
        }
        catch (Exception exception)
        {
            wrong = $"{exception.GetType().Name}: {exception.Message}\n{exception.StackTrace}";
        }
        watch.Stop();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (wrong.Length == 0 && allocated > (target.BytesPerByte * (long)input.Length) + target.FixedBytes)
            wrong = $"took {allocated:N0} bytes of memory for {input.Length:N0} of input";
        report.Add(input, refused, allocated, watch.Elapsed, wrong);
    }

    // Not HashCode.Combine, which is another in each process.
    private static int HashCode(int seed, long number)
    {
        var mixed = unchecked((ulong)number + ((ulong)(uint)seed << 32) + 0x9E3779B97F4A7C15) * 0xBF58476D1CE4E5B9;
        return unchecked((int)(mixed >> 32));
    }
}
