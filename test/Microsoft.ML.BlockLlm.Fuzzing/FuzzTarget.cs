namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>A reader of files that may come from strangers, as the fuzzer sees it.</summary>
/// <param name="name">The name of its corpus: what kind of file it reads.</param>
/// <param name="seeds">Small files that it reads, from which inputs are made.</param>
/// <param name="mutate">Makes an input.</param>
/// <param name="read">Reads an input and uses what comes out of it. As many tensors live after it as before.</param>
internal sealed class FuzzTarget(string name, IReadOnlyList<byte[]> seeds, Mutation mutate, Action<byte[]> read) : IDisposable
{
    private readonly int _validSeeds = seeds.Count;

    /// <summary>What kind of file it reads.</summary>
    public string Name { get; } = name;

    /// <summary>Files to begin with: valid ones, and those of the corpus.</summary>
    public IReadOnlyList<byte[]> Seeds { get; } = [.. seeds, .. Corpus.Of(name).Select(item => item.Bytes)];

    /// <summary>Whether an exception is the one that the reader documents for files that it refuses.</summary>
    public required Func<Exception, bool> IsDocumented { get; init; }

    /// <summary>What its message must hold, so that it says which file is meant.</summary>
    public string Place { get; init; } = "hostile";

    /// <summary>Bytes that reading may take for each byte of the input, objects for the parts of a text included.</summary>
    public int BytesPerByte { get; init; } = 64;

    /// <summary>Bytes that it may take besides.</summary>
    public long FixedBytes { get; init; } = 1 << 20;

    /// <summary>What the target made for itself.</summary>
    public IDisposable? Owned { get; init; }

    /// <summary>Bytes that reading an input may take.</summary>
    public long BytesFor(byte[] input) => (BytesPerByte * (long)input.Length) + FixedBytes;

    /// <summary>Makes an input, seldom of one of the corpus: those may go to the limits of what a reader does, which takes time.</summary>
    public byte[] Mutate(Random random) => mutate(random, Seeds[random.Next(random.Next(16) == 0 ? Seeds.Count : _validSeeds)], Seeds);

    public void Read(byte[] input) => read(input);

    public void Dispose() => Owned?.Dispose();

    public override string ToString() => Name;
}

/// <summary>Makes an input of a seed.</summary>
/// <param name="random">All that is chosen is chosen by it.</param>
/// <param name="seed">The file to begin with; it is not changed.</param>
/// <param name="others">Files to take parts of.</param>
internal delegate byte[] Mutation(Random random, byte[] seed, IReadOnlyList<byte[]> others);
