namespace Microsoft.ML.BlockLlm.Training;

/// <summary>A parameter as a memory plan sees it.</summary>
/// <param name="Name">Its name in the model.</param>
/// <param name="Size">How many weights it has.</param>
public sealed record ParameterSize(string Name, long Size)
{
    /// <summary>How many rows it has: of a matrix its first dimension, of a vector all its weights.</summary>
    public long Rows => Size / Columns;

    /// <summary>How many columns it has: of a matrix its second dimension, of a vector 1. Default: 1.</summary>
    public long Columns { get; init; } = 1;

    /// <summary>A matrix.</summary>
    /// <param name="name">Its name in the model.</param>
    /// <param name="rows">Its first dimension.</param>
    /// <param name="columns">Its second dimension.</param>
    public static ParameterSize Matrix(string name, long rows, long columns) => new(name, rows * columns) { Columns = columns };
}
