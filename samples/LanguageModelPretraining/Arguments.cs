using System.Globalization;

/// <summary>What the command line asks for.</summary>
/// <param name="Sparsity">Trains with this sparsity; null compares BlockLLM with full Adam.</param>
/// <param name="Steps">How many updates a run makes.</param>
/// <param name="Lines">How many lines of the corpus to take; null for all.</param>
/// <param name="Folder">Where models and loss curves go.</param>
internal sealed record Arguments(double? Sparsity, int Steps, int? Lines, string Folder)
{
    public static Arguments? Parse(string[] args)
    {
        var result = new Arguments(null, Steps: 400, Lines: null, "brown-llama");
        if (args.Length % 2 != 0)
            return null;
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = args[i + 1];
            switch (args[i])
            {
                case "--sparsity" when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var sparsity): result = result with { Sparsity = sparsity }; break;
                case "--steps" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var steps): result = result with { Steps = steps }; break;
                case "--lines" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var lines): result = result with { Lines = lines }; break;
                case "--out": result = result with { Folder = value }; break;
                default: return null;
            }
        }
        return result;
    }
}
