using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// Which weights have Adam's state, chosen by chance. Every draw is a function of the seed, of what is drawn for and of how often was drawn before: there is no generator to save.
/// </summary>
internal static class FrugalChoice
{
    /// <summary>
    /// Matrices in the order of their keys (<see cref="SplitMix64.Key"/>), each of which still fits into ρ·n weights; where the first does not, that one alone, unless ρ is 0.
    /// </summary>
    /// <param name="matrices">The matrices that are divided.</param>
    /// <param name="options">The options.</param>
    /// <param name="round">How often was chosen before.</param>
    public static IReadOnlySet<NamedParameter> Blocks(IReadOnlyCollection<NamedParameter> matrices, FrugalOptimizerOptions options, long round)
    {
        var chosen = new HashSet<NamedParameter>();
        double room = options.Density * matrices.Sum(matrix => matrix.Size);
        foreach (var matrix in matrices.OrderBy(matrix => SplitMix64.Key(options.SeedOrDefault, matrix.Name, round)))
        {
            if (matrix.Size > room && (chosen.Count > 0 || options.Density == 0))
                continue;
            chosen.Add(matrix);
            room -= matrix.Size;
        }

        return chosen;
    }

    /// <summary>The ⌈ρ·n⌉ of n columns whose numbers in the sequence of the matrix's key are the smallest.</summary>
    /// <returns>The coordinates of their weights; null if there are none.</returns>
    public static CoordinateIndex? Columns(NamedParameter matrix, FrugalOptimizerOptions options, long round)
    {
        using var scope = NewDisposeScope();
        long rows = matrix.Value.shape[0], columns = matrix.Value.shape[1];
        ulong key = SplitMix64.Key(options.SeedOrDefault, matrix.Name, round);
        int count = (int)Math.Ceiling((decimal)options.Density * columns);
        if (count == 0)
            return null;
        long[] chosen = [.. Enumerable.Range(0, (int)columns).OrderBy(column => SplitMix64.At(key, column)).Take(count).Order()];
        var starts = arange(0, rows * columns, columns, dtype: ScalarType.Int64, device: matrix.Value.device).unsqueeze(1);
        return new CoordinateIndex((starts + tensor(chosen, device: matrix.Value.device)).reshape(-1), matrix.Size);
    }
}
