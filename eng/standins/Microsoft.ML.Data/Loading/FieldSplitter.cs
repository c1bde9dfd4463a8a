using System.Text;

namespace Microsoft.ML.Data;

/// <summary>Splits a line into fields. A field with an error in its quoting is empty, as in the original.</summary>
internal sealed class FieldSplitter(char[] separators, bool allowQuoting)
{
    private readonly bool _isSpaceSeparator = separators.Contains(' ');

    public IReadOnlyList<ReadOnlyMemory<char>> Split(string line) => Split(line, out _);

    public IReadOnlyList<ReadOnlyMemory<char>> Split(string line, out bool endsInQuotes)
    {
        var fields = new List<ReadOnlyMemory<char>>();
        endsInQuotes = false;
        for (int position = 0; ; position++)
        {
            if (!_isSpaceSeparator)
            {
                while (position < line.Length && line[position] == ' ')
                    position++;
            }
            bool isQuoted = allowQuoting && position < line.Length && line[position] == '"';
            fields.Add(isQuoted ? ReadQuoted(line, ref position, out endsInQuotes) : ReadPlain(line, ref position));
            if (position >= line.Length)
                return fields;
        }
    }

    private ReadOnlyMemory<char> ReadPlain(string line, ref int position)
    {
        int start = position;
        int length = line.AsSpan(start).IndexOfAny(separators);
        position = length < 0 ? line.Length : start + length;
        return line.AsMemory(start, position - start);
    }

    private ReadOnlyMemory<char> ReadQuoted(string line, ref int position, out bool isOpen)
    {
        var text = new StringBuilder();
        isOpen = true;
        for (position++; position < line.Length; position++)
        {
            if (line[position] != '"')
            {
                text.Append(line[position]);
            }
            else if (position + 1 < line.Length && line[position + 1] == '"')
            {
                text.Append('"');
                position++;
            }
            else
            {
                position++;
                isOpen = false;
                break;
            }
        }
        bool isWellFormed = !isOpen;
        // Between the closing quote and the next separator there may be spaces and nothing else.
        for (; position < line.Length && Array.IndexOf(separators, line[position]) < 0; position++)
            isWellFormed &= line[position] == ' ';
        return isWellFormed ? text.ToString().AsMemory() : default;
    }
}
