using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Parameters from weights. What does not fit is collected, so that it can be reported all at once.</summary>
internal sealed class LoadedParameters : ParameterSource
{
    // What older versions of transformers stored too, though it follows from the configuration: positions, their angles, and causal masks.
    private static readonly string[] s_derived = ["embeddings.position_ids", ".rotary_emb.inv_freq", ".attn.bias", ".attn.masked_bias"];

    private readonly string _source;
    private readonly ScalarType _type;
    private readonly StreamedWeights? _streamed;
    private readonly Dictionary<string, (IReadOnlyList<long> Shape, Func<Tensor> Load)> _tensors;
    private readonly HashSet<string> _taken = [];
    private readonly List<string> _problems = [];

    /// <param name="source">Where the weights are from, for messages.</param>
    /// <param name="tensors">Name, shape, and how to get the data; each is asked for once at most.</param>
    /// <param name="prefix">What the names of the model begin with. Weights of a bare encoder, as Hugging Face saves them, come without it.</param>
    /// <param name="dtype">The type that the parameters get; null for float32.</param>
    /// <param name="streamed">Takes the parameters whose weights are to stay in their file; null if they are loaded.</param>
    public LoadedParameters(
        string source, IEnumerable<(string Name, IReadOnlyList<long> Shape, Func<Tensor> Load)> tensors, string prefix, ScalarType? dtype = null, StreamedWeights? streamed = null)
    {
        _source = source;
        _streamed = streamed;
        _type = WeightType.Of(dtype);
        var list = tensors.Where(tensor => !s_derived.Any(end => tensor.Name.EndsWith(end, StringComparison.Ordinal)))
            .Select(tensor => tensor with { Name = TodaysName(tensor.Name) }).ToList();
        var isBare = !list.Exists(tensor => tensor.Name.StartsWith(prefix + ".", StringComparison.Ordinal));
        _tensors = list.ToDictionary(tensor => isBare ? $"{prefix}.{tensor.Name}" : tensor.Name, tensor => (tensor.Shape, tensor.Load));
    }

    public override Tensor Take(string name, long[] shape, Initial initial) =>
        // Of the right shape at no cost where it is not found: building goes on, to find the other problems.
        Find(name, shape) is { } load ? load().to_type(_type) : zeros([1], _type, CPU).expand(shape);

    public override Parameter TakeParameter(string name, long[] shape, Initial initial) =>
        _streamed is not null && Find(name, shape) is { } load ? _streamed.Add(shape, _type, load) : base.TakeParameter(name, shape, initial);

    /// <summary>Throws if a tensor was missing, had another shape, or was not taken.</summary>
    /// <param name="mayBeLeft">Prefixes of tensors that need not be taken.</param>
    public void RequireFit(IEnumerable<string> mayBeLeft)
    {
        var surplus = _tensors.Keys.Where(name => !_taken.Contains(name) && !mayBeLeft.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
        var problems = _problems.Concat(surplus.Order(StringComparer.Ordinal).Select(name => $"'{name}' has no place in the model")).ToList();
        if (problems.Count == 0)
            return;
        throw new ModelLoadException($"{_source}: the weights do not fit config.json. {string.Join("; ", problems)}. Use the config.json that belongs to these weights.");
    }

    private Func<Tensor>? Find(string name, long[] shape)
    {
        _taken.Add(name);
        if (!_tensors.TryGetValue(name, out var found))
            _problems.Add($"'{name}' [{string.Join(", ", shape)}] is missing");
        else if (!found.Shape.SequenceEqual(shape))
            _problems.Add($"'{name}' is [{string.Join(", ", found.Shape)}] where the configuration asks for [{string.Join(", ", shape)}]");
        else
            return found.Load;
        return null;
    }

    // The first weights of BERT, which are still the ones most used, call the parameters of layer normalisation as its paper does.
    private static string TodaysName(string name) =>
        name.EndsWith(".LayerNorm.gamma", StringComparison.Ordinal) ? name[..^"gamma".Length] + "weight"
        : name.EndsWith(".LayerNorm.beta", StringComparison.Ordinal) ? name[..^"beta".Length] + "bias"
        : name;
}
