using System.Text.Json.Nodes;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The two ways in which <c>config.json</c> describes rotary positions: <c>rope_theta</c> with <c>rope_scaling</c>, and since transformers 5 <c>rope_parameters</c>.</summary>
internal static class RopeParameters
{
    private const string Theta = "rope_theta";
    private const string Scaling = "rope_scaling";
    private const string Parameters = "rope_parameters";
    private const string OnlyShare = "partial_rotary_factor";

    // Variants of yarn that other families have; each would give other angles.
    private static readonly string[] s_unsupported = ["mscale", "mscale_all_dim", "truncate", "short_factor", "long_factor"];

    /// <summary>A configuration in the older form.</summary>
    /// <param name="config">The configuration; it is not changed.</param>
    /// <param name="source">Where it is from, for messages.</param>
    /// <exception cref="ModelLoadException">The positions turn in a way that is not supported.</exception>
    public static JsonObject ToOlderForm(JsonObject config, string source)
    {
        var result = (JsonObject)config.DeepClone();
        if (result.Remove(Parameters, out var found) && found is JsonObject parameters)
        {
            if (parameters.FirstOrDefault(item => item.Value is JsonObject).Key is { } kind)
                throw new ModelLoadException($"{source}: {Parameters} has parameters of its own for '{kind}', which is not supported. Supported are the same ones for all layers.");
            if (parameters.Remove(Theta, out var theta))
                result[Theta] = theta;
            result[Scaling] = parameters;
        }
        if (result[Scaling] is JsonObject scaling)
        {
            RequireWhole(scaling[OnlyShare], source);
            if (scaling.FirstOrDefault(item => s_unsupported.Contains(item.Key) && item.Value is not null).Key is { } unsupported && !IsLongRope(scaling))
                throw new ModelLoadException($"{source}: {unsupported} of the rotary positions ({Scaling}, {Parameters}) is not supported.");
        }
        RequireWhole(result[OnlyShare], source);
        return result;
    }

    // Which is refused by its own name.
    private static bool IsLongRope(JsonObject scaling) => (scaling["rope_type"] ?? scaling["type"])?.ToString() == "longrope";

    private static void RequireWhole(JsonNode? share, string source)
    {
        if (share is not null && share.ToString() is not ("1" or "1.0"))
            throw new ModelLoadException($"{source}: {OnlyShare} '{share}' is not supported. Supported is: 1.");
    }
}
