using System.Globalization;
using System.Text;

namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>The tokenizer of stories260K from its <c>tok512.bin</c>: pieces with scores, merged by the best score first.</summary>
internal sealed class Tok512
{
    private const int BeginOfText = 1;
    private const int FirstByte = 3;

    private readonly List<(string Piece, float Score)> _pieces = [];
    private readonly Dictionary<string, int> _ids = [];

    public Tok512(string path)
    {
        using var reader = new BinaryReader(File.OpenRead(path));
        reader.ReadInt32();
        while (reader.BaseStream.Position < reader.BaseStream.Length)
        {
            var score = reader.ReadSingle();
            _pieces.Add((Encoding.UTF8.GetString(reader.ReadBytes(reader.ReadInt32())), score));
            _ids.TryAdd(_pieces[^1].Piece, _pieces.Count - 1);
        }
    }

    /// <summary>The ids of a text after the one that begins it.</summary>
    public List<int> Encode(string text)
    {
        var ids = new List<int> { BeginOfText };
        foreach (var rune in (" " + text).EnumerateRunes())
        {
            if (_ids.TryGetValue(rune.ToString(), out var id))
                ids.Add(id);
            else
                ids.AddRange(Encoding.UTF8.GetBytes(rune.ToString()).Select(value => value + FirstByte));
        }
        while (BestMerge(ids) is var (place, merged))
        {
            ids[place] = merged;
            ids.RemoveAt(place + 1);
        }
        return ids;
    }

    public string Decode(IEnumerable<int> ids)
    {
        var bytes = new List<byte>();
        foreach (var id in ids.SkipWhile(id => id == BeginOfText))
        {
            var piece = _pieces[id].Piece;
            if (piece.Length == 6 && piece.StartsWith("<0x", StringComparison.Ordinal))
                bytes.Add(byte.Parse(piece.AsSpan(3, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            else
                bytes.AddRange(Encoding.UTF8.GetBytes(piece));
        }
        return Encoding.UTF8.GetString([.. bytes]).TrimStart(' ');
    }

    private (int Place, int Id)? BestMerge(List<int> ids)
    {
        (int Place, int Id)? best = null;
        for (var i = 0; i + 1 < ids.Count; i++)
            if (_ids.TryGetValue(_pieces[ids[i]].Piece + _pieces[ids[i + 1]].Piece, out var id)
                && (best is null || _pieces[id].Score > _pieces[best.Value.Id].Score))
                best = (i, id);
        return best;
    }
}
