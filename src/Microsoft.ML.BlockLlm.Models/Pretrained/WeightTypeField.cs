using System.Text.Json.Nodes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The field of <c>config.json</c> that says in which type the weights are stored: <c>torch_dtype</c>, and since transformers 5 <c>dtype</c>.</summary>
internal static class WeightTypeField
{
    private const string OldName = "torch_dtype";
    private const string NewName = "dtype";

    /// <summary>The field for weights that are to be written, under the names that it has in a configuration; the older one, which all versions read, if it has none.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode>> Of(IEnumerable<Parameter> weights, ConfigFile configFile)
    {
        // Of weights of several types, the one that loses nothing.
        var type = weights.Select(weight => weight.dtype).Distinct().ToList() is [var only] ? only : ScalarType.Float32;
        string[] names = configFile.Has(NewName) ? configFile.Has(OldName) ? [OldName, NewName] : [NewName] : [OldName];
        return names.Select(name => KeyValuePair.Create(name, (JsonNode)NameOf(type)));
    }

    private static string NameOf(ScalarType type) => type switch
    {
        ScalarType.BFloat16 => "bfloat16",
        ScalarType.Float16 => "float16",
        ScalarType.Float64 => "float64",
        _ => "float32",
    };
}
