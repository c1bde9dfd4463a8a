using System.Text;
using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm;

/// <summary>A data view as token sequences, made while it is read: of a large one, no more than what is packed at the moment is in memory.</summary>
/// <param name="data">The data, with the columns checked.</param>
/// <param name="name">What it is, for messages.</param>
/// <param name="inputs">The columns.</param>
/// <param name="encoder">Turns texts into tokens.</param>
/// <param name="options">Length of the sequences, packing, lines, and the buffer for shuffling.</param>
/// <param name="length">The most tokens of a sequence.</param>
internal sealed class Corpus(IDataView data, string name, LanguageModelInputs inputs, TextExampleEncoder encoder, BlockLlmLanguageModelOptions options, int length)
{
    private const int CharactersOfJoinedLines = 1 << 15;

    private CorpusCount _count = new(0, 0, 0);

    /// <summary>The sequences, as training data.</summary>
    /// <param name="paddingId">What shorter sequences of a batch are filled up with.</param>
    /// <param name="device">Where the batches go.</param>
    /// <param name="count">How many there are; null if that is not known.</param>
    public ITrainingData ToTrainingData(int paddingId, Device device, long? count = null) =>
        new StreamingData<TokenSequence>(Sequences, batch => TokenSequence.Collate(batch, paddingId, device), options.ShuffleBufferSize, count);

    /// <summary>The sequences in the order of the rows.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public IEnumerable<TokenSequence> Sequences()
    {
        var isEmpty = true;
        foreach (var sequence in options.Packing ? SequencePacker.Pack(Documents(), length) : Documents().Select(document => new TokenSequence([document])))
        {
            isEmpty = false;
            yield return sequence;
        }
        if (isEmpty)
        {
            throw new InvalidOperationException(_count.Rows == 0
                ? $"The {name} has no rows."
                : $"The {name} has no row with a token to learn: all {_count.Rows} values in column '{inputs.Completion ?? inputs.Messages ?? inputs.Text}' are empty.");
        }
    }

    /// <summary>Tells of rows that were not learned as they are.</summary>
    public void Report(IChannel channel)
    {
        if (_count.Skipped > 0)
            channel.Warning(MessageSensitivity.Schema, $"{_count.Skipped} of {_count.Rows} rows of the {name} were skipped because they have no token to learn.");
        if (_count.Truncated > 0)
            channel.Warning(MessageSensitivity.Schema, $"{_count.Truncated} of {_count.Rows} rows of the {name} are longer than {length} tokens. Of their prompts the beginning was dropped, and of what is still too long the end.");
    }

    /// <summary>The first characters of the texts of data, with the columns checked.</summary>
    public static IEnumerable<string> Texts(IDataView data, LanguageModelInputs inputs, int characters, CancellationToken cancellationToken)
    {
        using var cursor = data.GetRowCursor(inputs.In(data.Schema));
        var row = new TextRow(cursor, inputs);
        while (characters > 0 && cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var text = row.Content;
            yield return text.Length <= characters ? text : text[..characters];
            characters -= text.Length;
        }
    }

    private IEnumerable<TokenDocument> Documents()
    {
        var count = new CorpusCount(0, 0, 0);
        foreach (var document in Examples().Select(example => example.Document))
        {
            count = count with { Rows = count.Rows + 1 };
            if (document.TargetCount == 0)
            {
                count = count with { Skipped = count.Skipped + 1 };
            }
            else if (inputs.Text is not null)
            {
                foreach (var piece in document.Split(length))
                    yield return piece;
            }
            else
            {
                if (document.Length > length)
                    count = count with { Truncated = count.Truncated + 1 };
                yield return document.Truncate(length);
            }
            // What is told of the data is that of its longest pass: the last one may have been cut short.
            if (count.Rows > _count.Rows)
                _count = count;
        }
    }

    private IEnumerable<TextExample> Examples()
    {
        using var cursor = data.GetRowCursor(inputs.In(data.Schema));
        var row = new TextRow(cursor, inputs);
        var lines = new StringBuilder();
        while (cursor.MoveNext())
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            if (!options.RowsAreLines)
            {
                yield return row.ReadExample(encoder);
                continue;
            }
            lines.Append(row.Line);
            if (lines.Length >= CharactersOfJoinedLines)
                yield return TakeLines();
        }
        if (lines.Length > 0)
            yield return TakeLines();

        TextExample TakeLines()
        {
            var text = lines.ToString();
            lines.Clear();
            return encoder.Text(text);
        }
    }

    /// <summary>Rows, or blocks of lines, of a pass, and what happened to them.</summary>
    private sealed record CorpusCount(long Rows, long Skipped, long Truncated);
}
