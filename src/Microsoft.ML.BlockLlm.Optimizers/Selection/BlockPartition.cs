namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Divides the candidate parameters into blocks.</summary>
internal static class BlockPartition
{
    /// <summary>The blocks of some parameters, ordered by name so that the order of the parameters does not matter.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="granularity">What makes a block.</param>
    public static IReadOnlyList<Block> Of(IEnumerable<(string Name, long Size)> parameters, BlockGranularity granularity) =>
    [
        .. parameters
            .GroupBy(parameter => BlockName(parameter.Name, granularity))
            .Select(group => new Block(group.Key, [.. group.Select(parameter => parameter.Name)], group.Sum(parameter => parameter.Size)))
            .OrderBy(block => block.Name, StringComparer.Ordinal),
    ];

    /// <summary>Whether a parameter is part of a transformer layer: whether its name has a number.</summary>
    public static bool IsInLayer(string parameter) => LayerName(parameter) is not null;

    private static string BlockName(string parameter, BlockGranularity granularity) => granularity switch
    {
        BlockGranularity.Tensor => parameter,
        BlockGranularity.Layer => LayerName(parameter) ?? ModuleName(parameter),
        _ => ModuleName(parameter),
    };

    private static string ModuleName(string parameter) =>
        parameter.LastIndexOf('.') is > 0 and var dot ? parameter[..dot] : parameter;

    private static string? LayerName(string parameter)
    {
        var parts = parameter.Split('.');
        int number = Array.FindIndex(parts, part => part.Length > 0 && part.All(char.IsAsciiDigit));
        return number < 0 ? null : string.Join('.', parts.Take(number + 1));
    }
}
