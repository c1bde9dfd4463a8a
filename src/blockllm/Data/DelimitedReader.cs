using System.Text;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Reads fields from a file, line by line: between tabs as they stand, or between commas with quotes as in RFC 4180 if the file's name ends in <c>.csv</c>.</summary>
internal sealed class DelimitedReader(string path) : IDisposable
{
    private readonly StreamReader _reader = new(path);
    private readonly bool _isCsv = path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

    /// <summary>The number of the line read last, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>The fields of the next line that is not empty; null at the end of the file.</summary>
    /// <exception cref="InvalidDataException">A quote is not closed.</exception>
    public string[]? Read()
    {
        while (NextLine() is { } line)
        {
            if (line.Length > 0)
                return _isCsv ? SplitQuoted(line) : line.Split('\t');
        }

        return null;
    }

    public void Dispose() => _reader.Dispose();

    private string? NextLine()
    {
        Line++;
        return _reader.ReadLine();
    }

    private string[] SplitQuoted(string line)
    {
        var (first, fields, field, quoted) = (Line, new List<string>(), new StringBuilder(), false);
        for (var i = 0; ; i++)
        {
            if (i == line.Length && !quoted)
                break;
            if (i == line.Length)
            {
                // A quoted field goes on in the next line.
                field.Append('\n');
                line = NextLine() ?? throw new InvalidDataException($"{path}, line {first}: a quote is opened and not closed.");
                i = -1;
            }
            else if (quoted && line[i] == '"' && i + 1 < line.Length && line[i + 1] == '"')
            {
                field.Append(line[i++]);
            }
            else if (line[i] == '"' && (quoted || field.Length == 0))
            {
                quoted = !quoted;
            }
            else if (line[i] == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(line[i]);
            }
        }

        return [.. fields, field.ToString()];
    }
}
