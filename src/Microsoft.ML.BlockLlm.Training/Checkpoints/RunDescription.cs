using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What has to be the same for a training to go on from a checkpoint, by name. Training data is compared while it is read on to its place, validation data at the first evaluation.</summary>
internal static class RunDescription
{
    // These change neither what is computed nor in which order, or say what happens in an emergency.
    private static readonly string[] s_free =
    [
        nameof(TrainingOptions.Checkpoints), nameof(TrainingOptions.Recompute), nameof(TrainingOptions.FreedMemory), nameof(TrainingOptions.Threads), nameof(TrainingOptions.OnNonFinite),
    ];

    public static string SeedName => $"training option {nameof(TrainingOptions.Seed)}";

    public static SortedDictionary<string, string> Of(StagedModel model, StagewiseOptimizer optimizer, TrainingOptions options, ITrainingData data, ITrainingData? validation)
    {
        var run = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["model"] = LowRankAdapters.AreIn(model) ? $"{model.GetType().Name} with adapters" : model.GetType().Name,
            ["names and shapes of the weights"] = Shapes(model),
            ["weights that are not trained"] = options.Checkpoints!.AllWeights ? "saved" : Untrained(model, optimizer),
            ["optimizer"] = optimizer.GetType().Name,
            ["number of examples"] = CountOf(data),
            ["number of validation examples"] = validation is null ? "none" : CountOf(validation),
        };
        foreach (var (name, value) in OptionsOf(options, optimizer.Settings))
            run[name] = value;
        return run;
    }

    /// <summary>The options of the kinds that a run has, as they are where nobody sets them, by name.</summary>
    public static IReadOnlyDictionary<string, string> Defaults(StagewiseOptimizer optimizer) =>
        OptionsOf(new TrainingOptions(), optimizer.Settings is { } settings ? Activator.CreateInstance(settings.GetType()) : null).ToDictionary();

    /// <summary>The first difference between two runs, as a clause; null if there is none.</summary>
    /// <param name="there">The run of a checkpoint.</param>
    /// <param name="here">This run.</param>
    /// <param name="defaults">What counts for an option that <paramref name="there"/> does not know, because an earlier version wrote it: a new option's default does what was done before it.</param>
    public static string? Difference(IReadOnlyDictionary<string, string> there, IReadOnlyDictionary<string, string> here, IReadOnlyDictionary<string, string> defaults)
    {
        foreach (var name in there.Keys.Union(here.Keys).Order(StringComparer.Ordinal))
        {
            var (old, present) = (there.GetValueOrDefault(name) ?? defaults.GetValueOrDefault(name, "missing"), here.GetValueOrDefault(name, "missing"));
            if (old != present)
                return $"{name}: {old} there, {present} here";
        }

        return null;
    }

    private static IEnumerable<KeyValuePair<string, string>> OptionsOf(TrainingOptions options, object? settings)
    {
        foreach (var (name, value) in Properties(options, s_free))
            yield return new($"training option {name}", value);
        // The seed that counts, so that one which is left out and one which is given as what that comes to are the same training.
        const string seed = nameof(StagewiseOptimizerOptions.Seed);
        foreach (var (name, value) in settings is null ? [] : Properties(settings))
            yield return new($"optimizer option {name}", name == seed && settings is StagewiseOptimizerOptions seeded ? Text(seeded.SeedOrDefault) : value);
    }

    private static string CountOf(ITrainingData data) => data.Count is { } count ? Text(count) : "unknown";

    private static string Shapes(StagedModel model)
    {
        var lines = ModelWeights.Of(model).Select(weight => $"{weight.Name} {weight.Parameter.dtype} [{string.Join(", ", weight.Parameter.shape)}]");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
    }

    private static string Untrained(StagedModel model, StagewiseOptimizer optimizer)
    {
        using var digest = new DigestStream(Stream.Null);
        SafetensorsWriter.Write(digest, ModelWeights.Of(model).Where(weight => !optimizer.Trains(weight.Parameter)).Select(weight => (weight.Name, (TorchSharp.torch.Tensor)weight.Parameter)));
        return digest.Digest;
    }

    private static IEnumerable<(string Name, string Value)> Properties(object options, params string[] except) =>
        options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => !except.Contains(property.Name)).Select(property => (property.Name, Text(property.GetValue(options))));

    /// <summary>A value in words that depend on no culture.</summary>
    private static string Text(object? value) => value switch
    {
        null => "none",
        string text => text,
        Enum or bool => value.ToString()!,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Text))}]",
        _ => $"{value.GetType().Name} {{ {string.Join(", ", Properties(value).Select(property => $"{property.Name} = {property.Value}"))} }}",
    };
}
