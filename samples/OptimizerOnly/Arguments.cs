using System.Globalization;

/// <summary>What the command line asks for.</summary>
/// <param name="Text">The text to learn; null for the Brown corpus.</param>
/// <param name="Steps">How many updates to make.</param>
/// <param name="Sparsity">Share of the weights that stand still at a time; 0 is full Adam.</param>
internal sealed record Arguments(string? Text, int Steps, double Sparsity)
{
    public static Arguments? Parse(string[] args)
    {
        var result = new Arguments(null, Steps: 1000, Sparsity: 0.9);
        if (args.Length % 2 != 0)
            return null;
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = args[i + 1];
            switch (args[i])
            {
                case "--text": result = result with { Text = value }; break;
                case "--steps" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var steps): result = result with { Steps = steps }; break;
                case "--sparsity" when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var sparsity) && sparsity is >= 0 and < 1: result = result with { Sparsity = sparsity }; break;
                default: return null;
            }
        }
        return result;
    }
}
