namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What one stage of a model takes, known from the model's shape alone. Every kind of stage states its own.</summary>
/// <param name="name">The stage's name in the model.</param>
/// <param name="parameters">Its parameters, shared ones included.</param>
public abstract class StageMemory(string name, IReadOnlyList<ParameterSize> parameters)
{
    /// <summary>The stage's name in the model.</summary>
    public string Name { get; } = name;

    /// <summary>Its parameters, shared ones included.</summary>
    public IReadOnlyList<ParameterSize> Parameters { get; } = parameters;

    /// <summary>What its tensors take.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="isTrained">Whether a parameter, given by its name, has a gradient: libtorch saves a layer's input only if its weights have one.</param>
    /// <param name="numberSize">Bytes of a number, of weights, gradients and activations alike: 4, or 2 in bfloat16.</param>
    public abstract ActivationMemory Activations(BatchShape batch, Func<string, bool> isTrained, long numberSize);

    /// <summary>The parameters of a linear layer.</summary>
    private protected static IEnumerable<ParameterSize> Linear(string name, long inputs, long outputs, bool hasBias)
    {
        yield return ParameterSize.Matrix($"{name}.weight", outputs, inputs);
        if (hasBias)
            yield return new($"{name}.bias", outputs);
    }

    /// <summary>The parameters of a layer normalisation.</summary>
    internal static IEnumerable<ParameterSize> Norm(string name, long width) => [new($"{name}.weight", width), new($"{name}.bias", width)];

    /// <summary>What a copy in 32-bit floats takes, in numbers of the model's own type; 0 if that has as many bits, since then there is no copy.</summary>
    private protected static long Widened(long size, long numberSize) => numberSize < sizeof(float) ? sizeof(float) / numberSize * size : 0;

    /// <summary>A size if a module below this stage is trained, else 0.</summary>
    private protected long If(Func<string, bool> isTrained, string module, long size) =>
        Parameters.Any(parameter => parameter.Name.StartsWith($"{Name}.{module}", StringComparison.Ordinal) && isTrained(parameter.Name)) ? size : 0;
}
