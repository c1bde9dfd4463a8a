using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(TextLoader), null, typeof(SignatureLoadModel), "Text Loader", TextLoader.LoaderSignature)]

namespace Microsoft.ML.Data;

/// <summary>Loads text files with separated fields. Files are read anew by each cursor, as it moves.</summary>
public sealed partial class TextLoader : IDataLoader<IMultiStreamSource>
{
    internal const string LoaderSignature = "TextLoader";

    private static readonly VersionInfo _version = new(
        "TXTLOADR", 0x00010001, 0x00010001, 0x00010001, typeof(TextLoader).Assembly.FullName, LoaderSignature);

    private readonly Options _options;
    private readonly DataViewSchema _schema;

    internal TextLoader(Options options)
    {
        Contracts.CheckValue(options, nameof(options));
        Contracts.CheckParam(options.Columns is { Length: > 0 }, nameof(options), "Columns must be specified.");
        Contracts.CheckParam(options.Separators is { Length: > 0 }, nameof(options), "Must specify a separator.");
        foreach (char separator in options.Separators)
            Contracts.CheckParam(separator is not ('"' or '\r' or '\n'), nameof(options), "A separator must not be a quote or a line break.");
        _options = options;
        var builder = new DataViewSchema.Builder();
        foreach (var column in options.Columns)
            builder.AddColumn(column.Name, column.ColumnType);
        _schema = builder.ToSchema();
    }

    public DataViewSchema GetOutputSchema() => _schema;

    public IDataView Load(IMultiStreamSource source)
    {
        Contracts.CheckValue(source, nameof(source));
        return new TextDataView(source, _options, _schema);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(_version);
        ctx.SaveString(new string(_options.Separators));
        ctx.Writer.Write(_options.HasHeader);
        ctx.Writer.Write(_options.AllowQuoting);
        ctx.Writer.Write(_options.TrimWhitespace);
        ctx.Writer.Write(_options.ReadMultilines);
        ctx.Writer.Write(_options.MaxRows ?? -1);
        ctx.Writer.Write(_options.Columns.Length);
        foreach (var column in _options.Columns)
            column.Save(ctx);
    }

    private static TextLoader Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(_version);
        var options = new Options
        {
            Separators = ctx.LoadNonEmptyString().ToCharArray(),
            HasHeader = ctx.Reader.ReadBoolean(),
            AllowQuoting = ctx.Reader.ReadBoolean(),
            TrimWhitespace = ctx.Reader.ReadBoolean(),
            ReadMultilines = ctx.Reader.ReadBoolean(),
        };
        long maxRows = ctx.Reader.ReadInt64();
        options.MaxRows = maxRows < 0 ? null : maxRows;
        var columns = new List<Column>();
        for (int count = ctx.Reader.ReadInt32(); count > 0; count--)
            columns.Add(Column.Load(ctx));
        options.Columns = columns.ToArray();
        return new TextLoader(options);
    }

    public class Options
    {
        public Column[] Columns;
        public char[] Separators = ['\t'];
        public bool HasHeader;

        /// <summary>A field may stand in quotes, and then hold separators, and quotes doubled.</summary>
        public bool AllowQuoting;

        /// <summary>White space at the end of lines is dropped. (Spaces before a field always are.)</summary>
        public bool TrimWhitespace;

        /// <summary>A quoted field may go on in the next line.</summary>
        public bool ReadMultilines;

        public long? MaxRows;
    }
}
