using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>
/// Takes out of what a training leaves all that is another each time: how long it took, how fast it was, the memory of the process, dates, and the version that wrote it. An input follows from a seed and
/// a number only if what it is made of is the same each time.
/// </summary>
internal static partial class Reproducible
{
    private const string VersionFile = "TrainingInfo/Version.txt";

    /// <summary>A model file.</summary>
    public static byte[] ModelFile(byte[] archive) => Archive.Pack(Archive.Unpack(archive).Select(entry => (entry.Name, Entry(entry.Name, entry.Bytes))), CompressionLevel.Optimal);

    /// <summary>A text with a history or a summary in JSON.</summary>
    public static byte[] Json(byte[] text) => Encoding.UTF8.GetBytes(Measured().Replace(Duration().Replace(Encoding.UTF8.GetString(text), "\"00:00:00.0123456\""), "${name}1000"));

    private static byte[] Entry(string name, byte[] content) => name switch
    {
        VersionFile => "1.0.0\n"u8.ToArray(),
        _ when name.EndsWith(".json", StringComparison.Ordinal) => Json(content),
        _ => content,
    };

    [GeneratedRegex("\"[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?\"")]
    private static partial Regex Duration();

    [GeneratedRegex("(?<name>\"(TokensPerSecond|ResidentMemory|PeakMemory)\": ?)[-+.0-9E]+")]
    private static partial Regex Measured();
}
