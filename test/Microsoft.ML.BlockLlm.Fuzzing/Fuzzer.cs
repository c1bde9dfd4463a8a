using System.Diagnostics;
using TorchSharp;

namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>Gives a reader one changed file after the other, and says which of them it did not refuse as it documents.</summary>
/// <param name="target">The reader.</param>
/// <param name="journal">Where it is written down at once.</param>
internal sealed class Fuzzer(FuzzTarget target, FuzzJournal journal)
{
    /// <summary>Inputs of which the memory is measured together. Only where they take too much is each measured alone.</summary>
    private const long Group = 64;

    /// <summary>What the process may grow by without a reason in the input: code that is compiled, garbage not yet collected.</summary>
    private const long Slack = 16 << 20;

    /// <summary>How long an input may take: a thousand times what nearly all do.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>What has come of all inputs so far.</summary>
    public FuzzReport Report { get; } = new();

    /// <summary>Makes an input.</summary>
    /// <param name="target">The reader.</param>
    /// <param name="seed">What all inputs are made from: each follows from it, its number and the corpus alone.</param>
    /// <param name="number">Its number.</param>
    public static byte[] Input(FuzzTarget target, int seed, long number) => target.Mutate(new Random(HashCode(seed, number)));

    /// <summary>Runs inputs.</summary>
    /// <param name="seed">What all inputs are made from.</param>
    /// <param name="first">The number of the first.</param>
    /// <param name="count">How many.</param>
    public FuzzReport Run(int seed, long first, long count)
    {
        for (var done = 0L; done < count; done += Group)
        {
            var (begin, end) = (first + done, first + Math.Min(count, done + Group));
            var managed = GC.GetAllocatedBytesForCurrentThread();
            var grown = PeakMemory.GrowthIn(() =>
            {
                for (var number = begin; number < end; number++)
                    Run(Input(target, seed, number));
            });
            if (grown <= GC.GetAllocatedBytesForCurrentThread() - managed + Slack)
                continue;
            for (var number = begin; number < end; number++)
                MeasureAlone(Input(target, seed, number));
        }
        return Report;
    }

    /// <summary>Runs one input.</summary>
    public void Run(byte[] input)
    {
        var (refused, allocated, time, wrong) = Read(input);
        WriteDown(Report.Add(input, refused, allocated, time, wrong));
    }

    private (bool Refused, long Allocated, TimeSpan Time, string Wrong) Read(byte[] input)
    {
        if (journal.EndsProcesses(input))
            return (false, 0, TimeSpan.Zero, FuzzJournal.EndedAgain);
        journal.Begin(input);
        var (tensors, before, watch) = (torch.Tensor.TotalCount, GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());
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
        journal.End();
        if (wrong.Length == 0 && allocated > target.BytesFor(input))
            wrong = $"took {allocated:N0} bytes of managed memory for {input.Length:N0} of input";
        if (wrong.Length == 0 && torch.Tensor.TotalCount - tensors is > 0 and var left)
            wrong = $"left {left} tensors behind";
        return (refused, allocated, watch.Elapsed, wrong);
    }

    /// <summary>Runs one input again, to see what native memory it takes: all by which the process grows, as no garbage was left.</summary>
    private void MeasureAlone(byte[] input)
    {
        GC.Collect();
        var grown = PeakMemory.GrowthIn(() => Read(input));
        WriteDown(Report.AddGrowth(input, grown, grown > target.BytesFor(input) + Slack ? $"grew the process by {grown:N0} bytes for {input.Length:N0} of input" : ""));
    }

    private void WriteDown(Finding? finding)
    {
        if (finding is not null)
            journal.Write(finding);
    }

    // Not HashCode.Combine, which is another in each process.
    private static int HashCode(int seed, long number)
    {
        var mixed = unchecked((ulong)number + ((ulong)(uint)seed << 32) + 0x9E3779B97F4A7C15) * 0xBF58476D1CE4E5B9;
        return unchecked((int)(mixed >> 32));
    }
}
