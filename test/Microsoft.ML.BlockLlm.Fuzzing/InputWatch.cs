using System.Diagnostics;

namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>Looks from a thread of its own at how long inputs take.</summary>
internal sealed class InputWatch : IDisposable
{
    private readonly ManualResetEventSlim _isOver = new();
    private readonly Thread _thread;
    private volatile Begun? _begun;

    /// <summary>Begins to look.</summary>
    /// <param name="longest">How long an input may take.</param>
    /// <param name="overdue">Is told, on that thread, of one that takes longer.</param>
    public InputWatch(TimeSpan longest, Action<byte[]> overdue)
    {
        _thread = new Thread(() =>
        {
            while (!_isOver.Wait(longest / 4))
            {
                if (_begun is { } begun && Stopwatch.GetElapsedTime(begun.At) > longest)
                {
                    overdue(begun.Input);
                    return;
                }
            }
        })
        { IsBackground = true, Name = nameof(InputWatch) };
        _thread.Start();
    }

    /// <summary>An input is read from now on.</summary>
    public void Begin(byte[] input) => _begun = new Begun(input, Stopwatch.GetTimestamp());

    /// <summary>It was read.</summary>
    public void End() => _begun = null;

    public void Dispose()
    {
        _isOver.Set();
        _thread.Join();
        _isOver.Dispose();
    }

    private sealed record Begun(byte[] Input, long At);
}
