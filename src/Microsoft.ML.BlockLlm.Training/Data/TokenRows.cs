using Microsoft.ML.BlockLlm.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>The numbers of a language model's batch while its rows are filled.</summary>
internal sealed class TokenRows
{
    private readonly int _length;
    private readonly long[] _shape;
    private readonly long[] _ids;
    private readonly long[] _positions;
    private readonly long[] _targets;
    private readonly bool[] _mask;

    public TokenRows(int count, int length, int paddingId)
    {
        _length = length;
        _shape = [count, length];
        _ids = new long[count * length];
        _positions = new long[_ids.Length];
        _targets = new long[_ids.Length];
        _mask = new bool[_ids.Length];
        Array.Fill(_ids, paddingId);
        Array.Fill(_targets, TrainingBatch.IgnoredTarget);
    }

    public void Fill(int row, TokenSequence sequence)
    {
        var place = row * _length;
        foreach (var document in sequence.Documents)
        {
            for (var i = 0; i < document.Length; i++, place++)
            {
                _ids[place] = document.Ids[i];
                _positions[place] = i;
                _mask[place] = true;
                if (document.IsTarget(i))
                    _targets[place - 1] = document.Ids[i];
            }
        }
    }

    public TrainingBatch ToBatch(Device device, bool isPacked)
    {
        var tokens = new TokenBatch(
            tensor(_ids, _shape, device: device),
            _mask.Contains(false) ? tensor(_mask, _shape, device: device) : null,
            positionIds: isPacked ? tensor(_positions, _shape, device: device) : null);
        try
        {
            return new TrainingBatch(tokens, tensor(_targets, _shape, device: device));
        }
        catch
        {
            tokens.Dispose();
            throw;
        }
    }
}
