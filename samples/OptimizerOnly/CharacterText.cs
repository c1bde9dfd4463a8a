using static TorchSharp.torch;

/// <summary>A text as characters and what follows them. Its last twentieth is held out.</summary>
internal sealed class CharacterText
{
    /// <summary>How many characters before it a character is predicted from.</summary>
    public const int Context = 16;

    /// <summary>The characters of ASCII; all others count as the last of these.</summary>
    public const int Characters = 128;

    private readonly long[] _text;
    private readonly int _heldOutFrom;

    public CharacterText(string text)
    {
        _text = [.. text.Select(character => (long)Math.Min(character, (char)(Characters - 1)))];
        _heldOutFrom = _text.Length - (_text.Length / 20);
        if (_heldOutFrom + Context >= _text.Length)
            throw new ArgumentException($"The text has {_text.Length} characters, which are too few to learn from and to hold some out. Give a longer one.", nameof(text));
    }

    /// <summary>A batch from random places: <c>[size, context]</c> and <c>[size]</c>.</summary>
    public (Tensor Inputs, Tensor Targets) TrainingBatch(int size, Random random) =>
        Batch([.. Enumerable.Range(0, size).Select(_ => random.Next(_heldOutFrom - Context))]);

    /// <summary>A batch from places in even distance of what is held out.</summary>
    public (Tensor Inputs, Tensor Targets) HeldOutBatch(int size)
    {
        var places = _text.Length - Context - _heldOutFrom;
        return Batch([.. Enumerable.Range(0, size).Select(i => _heldOutFrom + (int)((long)i * places / size))]);
    }

    private (Tensor Inputs, Tensor Targets) Batch(int[] starts)
    {
        var inputs = starts.SelectMany(start => _text.AsSpan(start, Context).ToArray()).ToArray();
        var targets = starts.Select(start => _text[start + Context]).ToArray();
        return (tensor(inputs).view(starts.Length, Context), tensor(targets));
    }
}
