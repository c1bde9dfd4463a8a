namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Turns the end of the standard input into a cancellation: so a program that started this one asks it to end, on every system, be it by its own death.</summary>
internal sealed class InputEnd : IDisposable
{
    private const int BufferSize = 256;

    private readonly CancellationTokenSource _request;

    /// <summary>Begins to listen.</summary>
    /// <param name="cancellationToken">What else asks for the end.</param>
    /// <param name="isAwaited">Whether the end of the standard input counts at all.</param>
    public InputEnd(bool isAwaited, CancellationToken cancellationToken)
    {
        _request = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (isAwaited)
            new Thread(Read) { IsBackground = true, Name = nameof(InputEnd) }.Start();
    }

    /// <summary>Is cancelled when either asks for the end.</summary>
    public CancellationToken Token => _request.Token;

    public void Dispose() => _request.Dispose();

    private void Read()
    {
        using var input = Console.OpenStandardInput();
        var buffer = new byte[BufferSize];
        while (input.Read(buffer) > 0)
        {
        }

        try
        {
            _request.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Training has ended by itself.
        }
    }
}
