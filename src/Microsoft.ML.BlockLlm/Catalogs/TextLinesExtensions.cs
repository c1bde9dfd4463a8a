using Microsoft.ML.BlockLlm;

namespace Microsoft.ML;

/// <summary>Brings texts whose lines are rows to <see cref="MLContext.Data"/>.</summary>
public static class TextLinesExtensions
{
    /// <summary>Loads a text file with a row for each of its lines, as it is: ML.NET's own text loader leaves out empty lines and comments, and takes a line apart at its tabs.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">The file, in UTF-8 unless it begins with another byte order mark. It is read anew each time, line by line, so it may be larger than memory.</param>
    /// <returns>Data with one column, <c>Text</c>: each line without its line break.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="catalog"/> or <paramref name="path"/> is null.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static IDataView LoadFromTextLines(this DataOperationsCatalog catalog, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"The text file '{path}' does not exist.", path);
        return catalog.LoadFromEnumerable(Lines(path));
    }

    /// <summary>The lines of a file, which every enumeration opens for itself: those of <see cref="File.ReadLines(string)"/> share a reader.</summary>
    private static IEnumerable<TextLine> Lines(string path)
    {
        foreach (var line in File.ReadLines(path))
            yield return new TextLine { Text = line };
    }
}
