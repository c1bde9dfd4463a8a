using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What an optimizer holds while a model is trained. Every method states its own.</summary>
public abstract class MethodMemory
{
    /// <summary>Bytes of a number that is kept in 32-bit floats: moments, master weights, and sums of gradients.</summary>
    protected const long NumberSize = sizeof(float);

    /// <summary>The method's name.</summary>
    public abstract string Name { get; }

    /// <summary>The model as the method trains it, with what it adds for the time of the training; most add nothing.</summary>
    /// <param name="model">The model.</param>
    public virtual ModelMemory Adapt(ModelMemory model) => model;

    /// <summary>Whether a parameter, given by its name, may have a gradient.</summary>
    public abstract bool IsTrained(string parameter);

    /// <summary>Bytes of the optimizer's state between two updates.</summary>
    /// <param name="model">The model.</param>
    public abstract long StateBytes(ModelMemory model);

    /// <summary>Bytes that an update needs beside state and gradients, at the most.</summary>
    /// <param name="model">The model.</param>
    public abstract long UpdateBytes(ModelMemory model);

    /// <summary>The backward passes of an update that differ in what is held.</summary>
    /// <param name="model">The model.</param>
    /// <param name="gradientSize">Bytes of a gradient number that is held: those of a weight, or 4 where the gradients of several batches are summed.</param>
    public abstract IReadOnlyList<GradientPass> Passes(ModelMemory model, long gradientSize);

    /// <summary>The parameters that may have a gradient.</summary>
    private protected IEnumerable<ParameterSize> Trained(ModelMemory model) => model.Parameters.Where(parameter => IsTrained(parameter.Name));

    /// <summary>Bytes of two moments: 8 a weight, or as 8-bit codes 2, and 8 for the scales of 256 weights.</summary>
    private protected static long MomentBytes(MomentPrecision precision, long weights) =>
        precision == MomentPrecision.EightBit ? (2 * weights) + (2 * NumberSize * ((weights + 255) / 256)) : 2 * NumberSize * weights;

    /// <summary>Bytes of the copy in 32-bit floats that trained weights of fewer bits have: 4 a weight; 0 where there is none.</summary>
    private protected static long MasterBytes(StagewiseOptimizerOptions options, ModelMemory model, long weights) =>
        model.WeightSize < NumberSize && options.LowPrecision == LowPrecision.MasterWeights ? NumberSize * weights : 0;

    private protected static long Largest(IEnumerable<ParameterSize> parameters) => parameters.Select(parameter => parameter.Size).DefaultIfEmpty().Max();
}
