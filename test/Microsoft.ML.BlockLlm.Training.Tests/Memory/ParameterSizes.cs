using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Training.Tests;

internal static class ParameterSizes
{
    /// <summary>The parameters of a model that exists, as a plan is to know them from its configuration.</summary>
    public static IEnumerable<ParameterSize> Of(StagedModel model) => model.named_parameters().Select(named => named.parameter.shape is [var rows, var columns]
        ? ParameterSize.Matrix(named.name, rows, columns)
        : new ParameterSize(named.name, named.parameter.numel()));
}
