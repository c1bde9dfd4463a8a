using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What has to be the same for a training to go on from a checkpoint, by name. Training data is compared while it is read on to its place, validation data at the first evaluation.</summary>
internal sealed class RunDescription
{
    // These do not change what is computed, but for the last bits that depend on the number of threads, or they say what happens in an emergency.
    private static readonly string[] s_free =
    [
        nameof(TrainingOptions.Checkpoints), nameof(TrainingOptions.Recompute), nameof(TrainingOptions.FreedMemory), nameof(TrainingOptions.Threads), nameof(TrainingOptions.OnNonFinite),
    ];

    private readonly Dictionary<string, object?> _values;
    private readonly Dictionary<string, object?> _defaults;

    public RunDescription(StagedModel model, StagewiseOptimizer optimizer, TrainingOptions options, ITrainingData data, ITrainingData? validation)
    {
        var settings = optimizer.Settings;
        _values = OptionsOf(options, settings).ToDictionary();
        _values["model"] = LowRankAdapters.AreIn(model) ? $"{model.GetType().Name} with adapters" : model.GetType().Name;
        _values["names and shapes of the weights"] = Shapes(model);
        _values["weights that are not trained"] = options.Checkpoints!.AllWeights ? "saved" : Untrained(model, optimizer);
        _values["optimizer"] = optimizer.GetType().Name;
        _values["number of examples"] = CountOf(data);
        _values["number of validation examples"] = validation is null ? "none" : CountOf(validation);
        _defaults = OptionsOf(new TrainingOptions(), settings is null ? null : OptionText.WithDefaults(settings)).ToDictionary();
        Texts = new SortedDictionary<string, string>(_values.ToDictionary(entry => entry.Key, entry => OptionText.Of(entry.Value)), StringComparer.Ordinal);
    }

    public static string SeedName => $"training option {nameof(TrainingOptions.Seed)}";

    /// <summary>What a checkpoint of the run says of it.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; }

    /// <summary>The first difference between this run and that of a checkpoint, as a clause; null if there is none.</summary>
    /// <remarks>
    /// An option that the checkpoint does not know, because an earlier version wrote it, counts as having had its default there, and one inside another option as well: a new option's default does
    /// what was done before it.
    /// </remarks>
    /// <param name="there">What the checkpoint says of its run.</param>
    public string? Difference(IReadOnlyDictionary<string, string> there)
    {
        foreach (var name in there.Keys.Union(Texts.Keys).Order(StringComparer.Ordinal))
        {
            var old = there.GetValueOrDefault(name) ?? (_defaults.TryGetValue(name, out var usual) ? OptionText.Of(usual) : "missing");
            if (!_values.TryGetValue(name, out var value) || !OptionText.IsOf(old, value))
                return $"{name}: {old} there, {Texts.GetValueOrDefault(name, "missing")} here";
        }

        return null;
    }

    private static IEnumerable<KeyValuePair<string, object?>> OptionsOf(TrainingOptions options, object? settings)
    {
        foreach (var property in OptionText.Properties(options).Where(property => !s_free.Contains(property.Name)))
            yield return new($"training option {property.Name}", property.GetValue(options));
        // The seed that counts, so that one which is left out and one which is given as what that comes to are the same training.
        const string seed = nameof(StagewiseOptimizerOptions.Seed);
        foreach (var property in settings is null ? [] : OptionText.Properties(settings))
            yield return new($"optimizer option {property.Name}", property.Name == seed && settings is StagewiseOptimizerOptions seeded ? seeded.SeedOrDefault : property.GetValue(settings));
    }

    private static string CountOf(ITrainingData data) => data.Count is { } count ? OptionText.Of(count) : "unknown";

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
}
