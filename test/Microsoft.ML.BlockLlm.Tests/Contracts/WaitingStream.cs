using System.Text;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>A file in memory that waits at the first write that holds a text until it may go on.</summary>
/// <param name="text">The text; empty for the first write of all.</param>
/// <param name="patience">How long it waits at most.</param>
internal sealed class WaitingStream(string text, TimeSpan patience) : MemoryStream
{
    private readonly byte[] _text = Encoding.UTF8.GetBytes(text);

    /// <summary>Set when it waits.</summary>
    public ManualResetEventSlim Waits { get; } = new();

    /// <summary>To be set when it may go on.</summary>
    public ManualResetEventSlim GoesOn { get; } = new();

    // A stream's other ways to write lead here.
    public override void Write(byte[] buffer, int offset, int count)
    {
        if (!Waits.IsSet && buffer.AsSpan(offset, count).IndexOf(_text) >= 0)
        {
            Waits.Set();
            Assert.IsTrue(GoesOn.Wait(patience));
        }
        base.Write(buffer, offset, count);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Waits.Dispose();
            GoesOn.Dispose();
        }
        base.Dispose(disposing);
    }
}
