namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>
/// What is written down while inputs are read, and is there whatever becomes of the process: what went wrong, as soon as it does; the input that is being read, if one ends the process;
/// and one that takes longer than it may, which ends the process by its name.
/// </summary>
internal sealed class FuzzJournal : IDisposable
{
    private readonly CurrentInput _current;
    private readonly InputWatch _watch;

    /// <summary>Begins to write down.</summary>
    /// <param name="folder">The folder of the reader; it is made.</param>
    /// <param name="longest">How long an input may take.</param>
    /// <param name="end">Is told of an input that takes longer, and ends the process; not null in tests of this alone.</param>
    public FuzzJournal(string folder, TimeSpan longest, Action<string>? end = null)
    {
        Folder = Directory.CreateDirectory(folder).FullName;
        var current = Path.Combine(Folder, "current");
        if (CurrentInput.LeftIn(current) is { } left)
            Unfinished = (Write(new Finding("an earlier process ended while it read this, or was ended by somebody", left)), left);
        _current = new CurrentInput(current);
        end ??= message => Environment.FailFast(message);
        _watch = new InputWatch(longest, input =>
            end($"An input was not read after {longest.TotalSeconds:0.##} seconds. It is {Write(new Finding($"was not read after {longest.TotalSeconds:0.##} seconds", input))}"));
    }

    /// <summary>Where it is written.</summary>
    public string Folder { get; }

    /// <summary>What a process before this one was reading when it ended, and its file; null if it went through all of its inputs.</summary>
    public (string File, byte[] Input)? Unfinished { get; }

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
        File.WriteAllText($"{file}.txt", finding.Wrong);
        File.WriteAllBytes(file, finding.Input);
        return file;
    }

    /// <summary>Ends it, with no input that is being read.</summary>
    public void Dispose()
    {
        _watch.Dispose();
        _current.Dispose();
    }
}
