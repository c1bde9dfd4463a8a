using System.Globalization;

/// <summary>What the command line asks for.</summary>
internal sealed record Arguments(string Command, string ModelPath, int Epochs, int? Rows, string? Text)
{
    public static Arguments? Parse(string[] args)
    {
        if (args.Length == 0 || args[0] is not ("train" or "predict") || args.Length % 2 == 0)
            return null;
        var result = new Arguments(args[0], "spam-model.zip", Epochs: 2, Rows: null, Text: null);
        for (var i = 1; i < args.Length; i += 2)
        {
            var value = args[i + 1];
            switch (args[i])
            {
                case "--model": result = result with { ModelPath = value }; break;
                case "--epochs" when Number(value) is int epochs: result = result with { Epochs = epochs }; break;
                case "--rows" when Number(value) is int rows: result = result with { Rows = rows }; break;
                case "--text": result = result with { Text = value }; break;
                default: return null;
            }
        }
        return result;
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
