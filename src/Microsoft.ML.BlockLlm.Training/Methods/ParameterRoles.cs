namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Which parameters of a model are special to a training, by their names, whatever the method does with the rest.</summary>
public sealed record ParameterRoles
{
    /// <summary>No parameter is special.</summary>
    public static ParameterRoles None { get; } = new();

    /// <summary>Names of the parameters that are never trained, such as pretrained embeddings. Default: none.</summary>
    public IReadOnlyList<string> Frozen { get; init; } = [];

    /// <summary>
    /// Names of the parameters that AdamW trains in full at every update, such as a new head: at random values they would decide what the rest can learn. SGD trains these too by its own rule. Default: none.
    /// </summary>
    public IReadOnlyList<string> AlwaysTrained { get; init; } = [];
}
