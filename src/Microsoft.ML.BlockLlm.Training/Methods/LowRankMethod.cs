using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>A method whose optimizer is a <see cref="LowRankOptimizer"/>.</summary>
/// <typeparam name="TOptions">The type of the options.</typeparam>
/// <param name="Options">The options.</param>
internal abstract record LowRankMethod<TOptions>(TOptions Options) : OptimizerMethod<TOptions>(Options) where TOptions : LowRankOptimizerOptions
{
    public override IReadOnlyList<string> Warnings(StagedModel model, ParameterRoles? roles = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        var options = OptionsFor(roles);
        long[] widths =
        [
            .. model.named_parameters().Where(entry => !options.Freezes(entry.name) && !options.Activates(entry.name))
                .Select(entry => entry.parameter.shape).Where(shape => shape.Length == 2).Select(shape => shape.Min()),
        ];
        if (widths.Length == 0 || widths.Max() > options.Rank)
            return [];
        return [$"Rank is {options.Rank}, and no matrix that {Name} trains has more than {widths.Max()} rows or columns, whichever are fewer, so that AdamW trains them all in full. Set Rank below {widths.Max()}, or choose AdamW."];
    }
}
