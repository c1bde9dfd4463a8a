using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Parameters from weights. What does not fit is collected, so that it can be reported all at once.</summary>
internal sealed class LoadedParameters : ParameterSource
{
    private const int MaxListed = 20;

    private readonly string _source;
    private readonly Dictionary<string, (IReadOnlyList<long> Shape, Func<Tensor> Load)> _tensors;
    private readonly HashSet<string> _taken = [];
    private readonly List<string> _problems = [];

    /// <param name="source">Where the weights are from, for messages.</param>
    /// <param name="tensors">Name, shape, and how to get the data; each is asked for once at most.</param>
    /// <param name="prefix">What the names of the model begin with. Weights of a bare encoder, as Hugging Face saves them, come without it.</param>
    public LoadedParameters(string source, IEnumerable<(string Name, IReadOnlyList<long> Shape, Func<Tensor> Load)> tensors, string prefix)
    {
        _source = source;
        var list = tensors.ToList();
        var isBare = !list.Exists(tensor => tensor.Name.StartsWith(prefix + ".", StringComparison.Ordinal));
        _tensors = list.ToDictionary(tensor => isBare ? $"{prefix}.{tensor.Name}" : tensor.Name, tensor => (tensor.Shape, tensor.Load));
    }

    public override Tensor Take(string name, long[] shape, Initial initial)
    {
        _taken.Add(name);
        if (!_tensors.TryGetValue(name, out var found))
            _problems.Add($"'{name}' [{string.Join(", ", shape)}] is missing");
        else if (!found.Shape.SequenceEqual(shape))
            _problems.Add($"'{name}' is [{string.Join(", ", found.Shape)}] where the configuration asks for [{string.Join(", ", shape)}]");
        else
            return found.Load().to_type(float32);
        // Of the right shape at no cost: building goes on, to find the other problems.
        return zeros([1], float32, CPU).expand(shape);
    }

    /// <summary>Throws if a tensor was missing, had another shape, or was not taken.</summary>
    /// <param name="mayBeLeft">Prefix of tensors that need not be taken.</param>
    public void RequireFit(string? mayBeLeft = null)
    {
        var surplus = _tensors.Keys.Where(name => !_taken.Contains(name) && (mayBeLeft is null || !name.StartsWith(mayBeLeft, StringComparison.Ordinal)));
        var problems = _problems.Concat(surplus.Order(StringComparer.Ordinal).Select(name => $"'{name}' has no place in the model")).ToList();
        if (problems.Count == 0)
            return;
        var listed = string.Join("; ", problems.Take(MaxListed));
        var rest = problems.Count > MaxListed ? $"; and {problems.Count - MaxListed} more" : "";
        throw new ModelLoadException($"{_source}: the weights do not fit config.json. {listed}{rest}. Use the config.json that belongs to these weights.");
    }
}
