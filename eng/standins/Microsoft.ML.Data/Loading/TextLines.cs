using System.Text;

namespace Microsoft.ML.Data;

/// <summary>The lines of text files that hold rows: without empty lines, comments (// anywhere, # before the first row), and a header per file.</summary>
internal static class TextLines
{
    public static IEnumerable<string> Read(IMultiStreamSource source, TextLoader.Options options)
    {
        long remaining = options.MaxRows ?? long.MaxValue;
        for (int i = 0; i < source.Count; i++)
        {
            using var reader = source.OpenTextReader(i);
            bool isFirst = true;
            for (long number = 1; remaining > 0 && ReadRow(reader, options, isFirst, ref number) is { } line; number++)
            {
                if (line.Length == 0 || IsComment(line, isFirst))
                    continue;
                bool isHeader = isFirst && options.HasHeader;
                isFirst = false;
                if (isHeader)
                    continue;
                remaining--;
                yield return options.TrimWhitespace ? line.TrimEnd() : line;
            }
        }
    }

    private static bool IsComment(string line, bool isFirst) =>
        line.StartsWith("//", StringComparison.Ordinal) || (isFirst && line.StartsWith('#'));

    // A line, or more than one if a quoted field goes on.
    private static string ReadRow(TextReader reader, TextLoader.Options options, bool isFirst, ref long number)
    {
        string line = reader.ReadLine();
        if (string.IsNullOrEmpty(line) || !options.ReadMultilines || IsComment(line, isFirst) || !HasOpenQuote(line, options))
            return line;
        long start = number;
        var text = new StringBuilder(line);
        do
        {
            string next = reader.ReadLine() ?? throw new EndOfStreamException(
                $"A quoted field opened on line {start} was never closed, and we've read to the last line in the file without finding the closing quote");
            number++;
            text.Append('\n').Append(next);
        }
        while (HasOpenQuote(text.ToString(), options));
        return text.ToString();
    }

    private static bool HasOpenQuote(string row, TextLoader.Options options)
    {
        new FieldSplitter(options.Separators, allowQuoting: true).Split(row, out bool endsInQuotes);
        return endsInQuotes;
    }
}
