using System.Text;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Makes TensorBoard's events: the protocol buffer <c>tensorflow.Event</c>, of which a report needs five fields.</summary>
/// <remarks><see cref="BinaryWriter"/> has the encoding already: its 7-bit integers are varints, and its strings are fields with their length before them.</remarks>
internal static class TensorBoardEvent
{
    // The number of a field times 8, and how it is encoded: 0 varint, 1 eight bytes, 2 with its length before it, 5 four bytes.
    private const byte WallTime = (1 << 3) | 1;
    private const byte Step = 2 << 3;
    private const byte FileVersion = (3 << 3) | 2;
    private const byte Summary = (5 << 3) | 2;
    private const byte SessionLog = (7 << 3) | 2;

    private const byte SummaryValue = (1 << 3) | 2;
    private const byte ValueTag = (1 << 3) | 2;
    private const byte ValueSimple = (2 << 3) | 5;

    private const byte SessionStatus = 1 << 3;
    private const byte SessionStart = 1;

    /// <summary>The event that a file begins with.</summary>
    /// <param name="wallTime">Seconds since the year 1970.</param>
    public static byte[] Version(double wallTime) => Event(wallTime, 0, writer =>
    {
        writer.Write(FileVersion);
        writer.Write("brain.Event:2");
    });

    /// <summary>Says that the run goes on from a step: what older files have of this step and later ones no longer counts.</summary>
    public static byte[] Restart(double wallTime, long step) => Event(wallTime, step, writer => WriteMessage(writer, SessionLog, [SessionStatus, SessionStart]));

    /// <summary>Values of one step.</summary>
    public static byte[] Scalars(double wallTime, long step, IEnumerable<(string Tag, double Value)> scalars) => Event(wallTime, step, writer => WriteMessage(writer, Summary, Message(summary =>
    {
        foreach (var (tag, scalar) in scalars)
        {
            WriteMessage(summary, SummaryValue, Message(value =>
            {
                value.Write(ValueTag);
                value.Write(tag);
                value.Write(ValueSimple);
                value.Write((float)scalar);
            }));
        }
    })));

    private static byte[] Event(double wallTime, long step, Action<BinaryWriter> write) => Message(writer =>
    {
        writer.Write(WallTime);
        writer.Write(wallTime);
        if (step != 0)
        {
            writer.Write(Step);
            writer.Write7BitEncodedInt64(step);
        }

        write(writer);
    });

    private static byte[] Message(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8))
            write(writer);
        return stream.ToArray();
    }

    private static void WriteMessage(BinaryWriter writer, byte field, byte[] message)
    {
        writer.Write(field);
        writer.Write7BitEncodedInt(message.Length);
        writer.Write(message);
    }
}
