namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A set of pieces that finds all of them that begin at a position, without making a substring.</summary>
internal sealed class PieceTrie
{
    // Nodes in breadth-first order: the children of node n are the nodes from _firstChild[n] up to _firstChild[n + 1].
    private readonly char[] _labels;
    private readonly int[] _firstChild;
    private readonly int[] _ids;

    /// <param name="pieces">Distinct pieces, none of them empty, with their ids.</param>
    public PieceTrie(IEnumerable<(string Piece, int Id)> pieces)
    {
        var sorted = pieces.OrderBy(item => item.Piece, StringComparer.Ordinal).ToArray();
        var (labels, firstChild, ids) = (new List<char> { '\0' }, new List<int>(), new List<int>());
        var pending = new Queue<(int Begin, int End, int Depth)>();
        pending.Enqueue((0, sorted.Length, 0));
        while (pending.TryDequeue(out var node))
        {
            var (begin, end, depth) = node;
            var isPiece = begin < end && sorted[begin].Piece.Length == depth;
            ids.Add(isPiece ? sorted[begin++].Id : -1);
            firstChild.Add(labels.Count);
            while (begin < end)
            {
                var label = sorted[begin].Piece[depth];
                var childBegin = begin;
                while (begin < end && sorted[begin].Piece[depth] == label)
                    begin++;
                labels.Add(label);
                pending.Enqueue((childBegin, begin, depth + 1));
            }
        }
        firstChild.Add(labels.Count);
        (_labels, _firstChild, _ids) = ([.. labels], [.. firstChild], [.. ids]);
    }

    /// <summary>The node that all pieces begin at.</summary>
    public static int Root => 0;

    /// <summary>Goes one character down; −1 if no piece goes on like this.</summary>
    public int Next(int node, char character)
    {
        var first = _firstChild[node];
        var offset = _labels.AsSpan(first, _firstChild[node + 1] - first).IndexOf(character);
        return offset < 0 ? -1 : first + offset;
    }

    /// <summary>The id of the piece that ends at a node; −1 if none does.</summary>
    public int IdAt(int node) => _ids[node];
}
