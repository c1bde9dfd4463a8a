using System.CommandLine;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Flags that several commands have.</summary>
internal static class CommandFlags
{
    public static Option<bool> Json() => new("--json") { Description = "Print the result as one line of JSON." };

    public static Option<bool> Overwrite() => new("--overwrite") { Description = "Replace what an older training has left in the output folder." };

    public static Option<double> Sparsity() => new("--sparsity")
    {
        HelpName = "number",
        Description = "Share of the weights that BlockLLM leaves alone, from 0 up to but not 1.",
        DefaultValueFactory = _ => 0.95,
        Validators =
        {
            result =>
            {
                if (result.GetValueOrDefault<double>() is not (>= 0 and < 1))
                    result.AddError("--sparsity must be at least 0 and below 1.");
            },
        },
    };

    public static Option<bool> EndWithInput() => new("--end-with-input") { Description = "End, and save, when the standard input ends: for programs that start this one." };

    public static Option<int?> Gpu() => new("--gpu") { HelpName = "number", Description = "The GPU to compute on, counted from 0; without it, the CPU." };
}
