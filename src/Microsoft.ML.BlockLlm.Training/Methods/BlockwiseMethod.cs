using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>A method whose optimizer is a <see cref="BlockwiseOptimizer"/>.</summary>
/// <typeparam name="TOptions">The type of the options.</typeparam>
/// <param name="Options">The options.</param>
internal abstract record BlockwiseMethod<TOptions>(TOptions Options) : OptimizerMethod<TOptions>(Options) where TOptions : BlockwiseOptimizerOptions
{
    public override long UpdatesForAll(StagedModel model, ParameterRoles? roles = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        var options = OptionsFor(roles);
        var blocks = BlocksOf(model, options);
        if (blocks.Count == 0)
            return 0;
        var turns = (long)Math.Ceiling((double)blocks.Sum(block => block.Size) / options.MostActive(blocks));
        return ((turns - 1) * options.Period) + 1;
    }

    /// <summary>The blocks of a model that have their turns.</summary>
    protected static IReadOnlyList<Block> BlocksOf(StagedModel model, TOptions options) =>
        options.BlocksOf(model.named_parameters().Select(entry => (entry.name, entry.parameter.numel())));
}
