using System.Globalization;

/// <summary>What the command line asks for.</summary>
/// <param name="Model">Folder of the model to start from.</param>
/// <param name="Text">The text to learn.</param>
/// <param name="Steps">How many updates to make.</param>
/// <param name="Prompt">What the model goes on with.</param>
/// <param name="Output">Folder for the fine-tuned model.</param>
internal sealed record Arguments(string Model, string Text, int Steps, string Prompt, string Output)
{
    public static Arguments? Parse(string[] args)
    {
        var result = new Arguments("brown-llama", Path.Combine(AppContext.BaseDirectory, "sonnets.txt"), Steps: 200, "When I", "tuned-llama");
        if (args.Length % 2 != 0)
            return null;
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = args[i + 1];
            switch (args[i])
            {
                case "--model": result = result with { Model = value }; break;
                case "--text": result = result with { Text = value }; break;
                case "--steps" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var steps): result = result with { Steps = steps }; break;
                case "--prompt": result = result with { Prompt = value }; break;
                case "--out": result = result with { Output = value }; break;
                default: return null;
            }
        }
        return result;
    }
}
