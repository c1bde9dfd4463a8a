using System.Globalization;
using Microsoft.ML.BlockLlm.Setup;

/// <summary>What the command line asks for.</summary>
/// <param name="DataPath">The file of labels and texts.</param>
/// <param name="ModelPath">Where the model is saved.</param>
/// <param name="Seconds">How long the sweep may take, without the fits that follow.</param>
/// <param name="Trials">How many trials it has at most; null for as many as there is time for.</param>
/// <param name="Rows">How many rows the sweep draws from the training data. What follows it is fitted on all.</param>
internal sealed record Arguments(string DataPath, string ModelPath, uint Seconds, int? Trials, int Rows)
{
    public static Arguments? Parse(string[] args)
    {
        var result = new Arguments(CacheFolder.SpamAssassin, "best-model.zip", Seconds: 600, Trials: null, Rows: 2000);
        if (args.Length % 2 != 0)
            return null;
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = args[i + 1];
            switch (args[i])
            {
                case "--data": result = result with { DataPath = value }; break;
                case "--model": result = result with { ModelPath = value }; break;
                case "--seconds" when Number(value) is int seconds: result = result with { Seconds = (uint)seconds }; break;
                case "--trials" when Number(value) is int trials: result = result with { Trials = trials }; break;
                case "--rows" when Number(value) is int rows: result = result with { Rows = rows }; break;
                default: return null;
            }
        }
        return result;
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}
