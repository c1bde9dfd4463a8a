using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A SentencePiece model (<c>tokenizer.model</c>): a protocol buffer of the form that sentencepiece_model.proto describes.</summary>
internal sealed class SentencePieceFile
{
    private SentencePieceFile(byte[] bytes, string source)
    {
        Source = source;
        var pieces = new List<SentencePiece>();
        var texts = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in new ProtobufMessage(bytes).Fields())
        {
            switch (field.Number)
            {
                case 1:
                    var piece = ReadPiece(field.Message);
                    if (piece.Text.Length == 0 || !texts.Add(piece.Text))
                        throw new FormatException($"piece {pieces.Count}, '{piece.Text}', is empty or there before");
                    pieces.Add(piece);
                    break;
                case 2:
                    ReadTrainer(field.Message);
                    break;
                case 3:
                    ReadNormalizer(field.Message);
                    break;
            }
        }
        Pieces = pieces;
    }

    /// <summary>What to call the file in messages.</summary>
    public string Source { get; }

    /// <summary>The pieces; their places are their ids.</summary>
    public IReadOnlyList<SentencePiece> Pieces { get; }

    /// <summary>Whether pieces are marked as not in use.</summary>
    public bool HasUnusedPieces => Pieces.Any(piece => piece.Type == SentencePieceType.Unused);

    /// <summary>1 for Unigram, which is also what a file has that does not say it, 2 for BPE.</summary>
    public int ModelType { get; private set; } = 1;

    /// <summary>Whether unknown characters are written as bytes.</summary>
    public bool ByteFallback { get; private set; }

    /// <summary>The name of the normalization, such as <c>identity</c> or <c>nmt_nfkc</c>.</summary>
    public string NormalizerName { get; private set; } = "";

    /// <summary>The compiled rules of normalization; empty if text is taken as it is.</summary>
    public ReadOnlyMemory<byte> NormalizerRules { get; private set; }

    /// <summary>Whether a space is put before a text.</summary>
    public bool AddsDummyPrefix { get; private set; } = true;

    /// <summary>Whether spaces at the ends of a text, and all but one of several, are taken away.</summary>
    public bool RemovesExtraSpaces { get; private set; } = true;

    /// <summary>Whether spaces are written as "▁".</summary>
    public bool EscapesSpaces { get; private set; } = true;

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelLoadException">The file is broken.</exception>
    public static SentencePieceFile Read(byte[] bytes, string source)
    {
        try
        {
            var file = new SentencePieceFile(bytes, source);
            return file.Pieces.Count > 0 ? file : throw new ModelLoadException($"{source} is no valid SentencePiece model: it has no pieces.");
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new ModelLoadException($"{source} is no valid SentencePiece model: {exception.Message}", exception);
        }
    }

    private static SentencePiece ReadPiece(ProtobufMessage message)
    {
        var (piece, score, type) = ("", 0f, SentencePieceType.Normal);
        foreach (var field in message.Fields())
        {
            switch (field.Number)
            {
                case 1:
                    piece = Encoding.UTF8.GetString(field.Bytes.Span);
                    break;
                case 2:
                    score = BinaryPrimitives.ReadSingleLittleEndian(field.Bytes.Span);
                    break;
                case 3:
                    type = (SentencePieceType)field.Value;
                    break;
            }
        }
        return new SentencePiece(piece, score, type);
    }

    private void ReadTrainer(ProtobufMessage message)
    {
        foreach (var field in message.Fields())
        {
            switch (field.Number)
            {
                case 3:
                    ModelType = (int)field.Value;
                    break;
                case 35:
                    ByteFallback = field.Value != 0;
                    break;
            }
        }
    }

    private void ReadNormalizer(ProtobufMessage message)
    {
        foreach (var field in message.Fields())
        {
            switch (field.Number)
            {
                case 1:
                    NormalizerName = Encoding.UTF8.GetString(field.Bytes.Span);
                    break;
                case 2:
                    NormalizerRules = field.Bytes;
                    break;
                case 3:
                    AddsDummyPrefix = field.Value != 0;
                    break;
                case 4:
                    RemovesExtraSpaces = field.Value != 0;
                    break;
                case 5:
                    EscapesSpaces = field.Value != 0;
                    break;
            }
        }
    }
}
