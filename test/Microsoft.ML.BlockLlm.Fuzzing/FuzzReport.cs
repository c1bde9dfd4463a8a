namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>What came of some inputs.</summary>
internal sealed class FuzzReport
{
    private const int LargeInput = 4096;

    private readonly Dictionary<string, Finding> _findings = [];

    /// <summary>How many were read.</summary>
    public long Inputs { get; private set; }

    /// <summary>How many of them were refused.</summary>
    public long Refused { get; private set; }

    /// <summary>Managed bytes that the costliest took.</summary>
    public long LargestAllocation { get; private set; }

    /// <summary>Managed bytes that one took for each of its own, of those large enough that what every input takes hardly counts.</summary>
    public double LargestShare { get; private set; }

    /// <summary>Bytes by which one grew the process, of those that were measured alone.</summary>
    public long LargestGrowth { get; private set; }

    /// <summary>How long the longest took.</summary>
    public TimeSpan Slowest { get; private set; }

    /// <summary>The longest.</summary>
    public byte[] SlowestInput { get; private set; } = [];

    /// <summary>What went wrong, each kind once, with its smallest input.</summary>
    public IReadOnlyCollection<Finding> Findings => _findings.Values;

    /// <summary>Adds what came of an input.</summary>
    /// <returns>What went wrong, if it is new or its input smaller than the one before; null otherwise.</returns>
    public Finding? Add(byte[] input, bool refused, long allocated, TimeSpan time, string wrong)
    {
        Inputs++;
        Refused += refused ? 1 : 0;
        LargestAllocation = Math.Max(LargestAllocation, allocated);
        if (input.Length >= LargeInput)
            LargestShare = Math.Max(LargestShare, allocated / (double)input.Length);
        if (time > Slowest)
            (Slowest, SlowestInput) = (time, input);
        return AddWrong(input, wrong);
    }

    /// <summary>Adds what native memory an input took.</summary>
    /// <returns>As <see cref="Add"/>.</returns>
    public Finding? AddGrowth(byte[] input, long grown, string wrong)
    {
        LargestGrowth = Math.Max(LargestGrowth, grown);
        return AddWrong(input, wrong);
    }

    private Finding? AddWrong(byte[] input, string wrong)
    {
        if (wrong.Length == 0)
            return null;
        var finding = new Finding(wrong, input);
        if (_findings.TryGetValue(finding.Kind, out var known) && known.Input.Length <= input.Length)
            return null;
        return _findings[finding.Kind] = finding;
    }
}

/// <summary>An input that went wrong.</summary>
/// <param name="Wrong">How.</param>
/// <param name="Input">The input.</param>
internal sealed record Finding(string Wrong, byte[] Input)
{
    /// <summary>What it has in common with others that went wrong at the same place.</summary>
    public string Kind => Wrong.Split('\n') is [var what, .. var frames] && frames.Length > 0
        ? $"{what.Split(':')[0]} {string.Join(" ", frames.Where(frame => frame.Contains("Microsoft.ML", StringComparison.Ordinal)).Take(2))}"
        : new string([.. Wrong.TakeWhile(character => character != ':' && !char.IsAsciiDigit(character))]);

    /// <summary>A name for a file of the corpus, the same for the same input.</summary>
    public string FileName => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Input))[..12];
}
