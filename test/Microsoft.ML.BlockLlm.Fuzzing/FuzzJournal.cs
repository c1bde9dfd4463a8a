namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>
/// What is written down while inputs are read, and is there whatever becomes of the process: what went wrong, as soon as it does; the input that is being read, if one ends the process;
/// and one that takes longer than it may, which ends the process by its name.
/// </summary>
internal sealed class FuzzJournal : IDisposable
{
    /// <summary>What is written of an input that a second process ended at, when it read it again to see whether it is to blame. It is read no more.</summary>
    public const string EndedAgain = "ends processes that read it; it is not read again until its file is deleted from the findings";

    /// <summary>The end of the name of a file that says what is wrong with the input beside it.</summary>
    private const string Reason = ".txt";

    private const string Ended = "an earlier process ended while it read this, or was ended by somebody";

    private readonly List<(string File, byte[] Input)> _unfinished = [];
    private readonly HashSet<string> _endProcesses;
    private readonly CurrentInput _current;
    private readonly InputWatch _watch;

    /// <summary>Begins to write down.</summary>
    /// <param name="folder">The folder of the reader; it is made.</param>
    /// <param name="longest">How long an input may take.</param>
    /// <param name="end">Is told of an input that takes longer, and ends the process; not null in tests of this alone.</param>
    public FuzzJournal(string folder, TimeSpan longest, Action<string>? end = null)
    {
        Folder = Directory.CreateDirectory(folder).FullName;
        CurrentInput.TakeLeft(Folder, KeepUnfinished);
        _endProcesses = [.. Directory.GetFiles(Folder, $"*{Reason}").Where(file => File.ReadAllText(file) == EndedAgain).Select(file => Path.GetFileNameWithoutExtension(file))];
        _current = new CurrentInput(Folder);
        end ??= message => Environment.FailFast(message);
        _watch = new InputWatch(longest, input =>
            end($"An input was not read after {longest.TotalSeconds:0.##} seconds. It is {Write(new Finding($"was not read after {longest.TotalSeconds:0.##} seconds", input))}"));
    }

    /// <summary>Where it is written.</summary>
    public string Folder { get; }

    /// <summary>What processes before this one were reading when they ended, and the files with it; none if they went through all of their inputs.</summary>
    public IReadOnlyList<(string File, byte[] Input)> Unfinished => _unfinished;

    /// <summary>Whether an input ended two processes, and is not to end a third.</summary>
    public bool EndsProcesses(byte[] input) => _endProcesses.Count > 0 && _endProcesses.Contains(new Finding("", input).FileName);

    /// <summary>Takes down that an input is read from now on.</summary>
    public void Begin(byte[] input)
    {
        _current.Write(input);
        _watch.Begin(input);
    }

    /// <summary>Takes down that it was read or refused.</summary>
    public void End() => _watch.End();

    /// <summary>Writes down an input that went wrong, and why.</summary>
    /// <returns>The file with the input.</returns>
    public string Write(Finding finding)
    {
        var file = Path.Combine(Folder, finding.FileName);
        File.WriteAllText(file + Reason, finding.Wrong);
        File.WriteAllBytes(file, finding.Input);
        return file;
    }

    /// <summary>Ends it, with no input that is being read.</summary>
    public void Dispose()
    {
        _watch.Dispose();
        _current.Dispose();
    }

    private void KeepUnfinished(byte[] input)
    {
        var finding = new Finding(Ended, input);
        var reason = Path.Combine(Folder, finding.FileName) + Reason;
        var isAgain = File.Exists(reason) && File.ReadAllText(reason) is Ended or EndedAgain;
        _unfinished.Add((Write(isAgain ? finding with { Wrong = EndedAgain } : finding), input));
    }
}
