namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>A file of rows under a header: tab-separated, or comma-separated with quotes if its name ends in <c>.csv</c>. It is read anew each time and never whole.</summary>
internal sealed class TextTable
{
    private readonly string _path;
    private readonly string[] _columns;

    private TextTable(string path, string[] columns)
    {
        _path = path;
        _columns = columns;
    }

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="UsageException">There is no such file, or it is empty.</exception>
    public static TextTable Open(string path)
    {
        if (!File.Exists(path))
            throw new UsageException($"The data file '{path}' does not exist.");
        using var reader = new DelimitedReader(path);
        return new(path, reader.Read() ?? throw new UsageException($"The data file '{path}' is empty; its first line must name the columns."));
    }

    /// <summary>The values of some columns, row by row.</summary>
    /// <param name="columns">The columns' names; null for a column that is empty in every row.</param>
    /// <exception cref="UsageException">There is no such column.</exception>
    public IEnumerable<string[]> Read(params string?[] columns)
    {
        var positions = columns.Select(column => column is null ? -1 : PositionOf(column)).ToArray();
        return Rows(positions);
    }

    private IEnumerable<string[]> Rows(int[] positions)
    {
        using var reader = new DelimitedReader(_path);
        reader.Read();
        while (reader.Read() is { } fields)
        {
            if (fields.Length != _columns.Length)
                throw new InvalidDataException($"{_path}, line {reader.Line}: {fields.Length} fields, but the header names {_columns.Length} columns.");
            yield return [.. positions.Select(position => position < 0 ? "" : fields[position])];
        }
    }

    private int PositionOf(string column)
    {
        var position = Array.IndexOf(_columns, column);
        return position >= 0
            ? position
            : throw new UsageException($"'{_path}' has no column '{column}'; did you mean '{NearestName.Of(column, _columns)}'? Its columns are: {string.Join(", ", _columns)}.");
    }
}
