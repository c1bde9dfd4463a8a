using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

internal sealed record LoraMethod(LoraOptions Options) : OptimizerMethod<LoraOptions>(Options)
{
    public override string Name => "Lora";

    public override bool TrainsAdapters => true;

    public override MethodMemory Memory(ParameterRoles? roles = null) => new LoraMemory(OptionsFor(roles));

    public override void Prepare(StagedModel model, ParameterRoles roles, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.StreamedWeights is { } streamed)
            throw new NotSupportedException($"The weights of this model stay in {streamed.Source}, and LoRA adds what it learns to all of them at the end. Load the model without streaming, or choose another method.");
        var layers = LowRankAdapters.LayersOf(model).Where(entry => BlockPartition.IsInLayer(entry.Name)).ToList();
        if (Options.Targets.FirstOrDefault(target => !layers.Any(entry => (Options with { Targets = [target] }).Adapts(entry.Name))) is { } unused)
        {
            throw new ArgumentException(
                $"{nameof(Options.Targets)}: the pattern '{unused}' matches no linear layer of the model. Correct or remove it; " +
                (layers.Count == 0 ? "its layers have none." : $"the first are named {string.Join(", ", layers.Take(3).Select(entry => $"'{entry.Name}'"))}."));
        }

        using var own = Options.Seed is { } seed ? new Generator((ulong)seed) : null;
        foreach (var (_, layer) in layers.Where(entry => Options.Adapts(entry.Name)))
            layer.Attach(layer.NewAdapter(Options.Rank, Options.Alpha, Options.Dropout, own ?? generator));
    }

    public override IReadOnlyList<string> Warnings(StagedModel model, ParameterRoles? roles = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        var layers = LowRankAdapters.LayersOf(model).Where(entry => Options.Adapts(entry.Name)).Select(entry => entry.Layer).ToList();
        var (weights, dimensions) = (layers.Sum(layer => layer.Inputs * layer.Outputs), layers.Sum(layer => layer.Inputs + layer.Outputs));
        return layers.Count == 0 || Options.Rank * dimensions < weights
            ? []
            : [$"Rank is {Options.Rank}, so that the adapters have {Options.Rank * dimensions:N0} weights, and the layers that they are added to no more than {weights:N0}. Set Rank below {Math.Max(2, (weights + dimensions - 1) / dimensions)}, or choose AdamW."];
    }

    public override StagewiseOptimizer CreateOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, ParameterRoles? roles = null)
    {
        (string name, Parameter)[] all = [.. parameters];
        var options = OptionsFor(roles);
        var kept = all.Select(entry => entry.name).Where(name => !LowRankAdapters.Has(name) && !options.AlwaysTrained.Contains(name));
        return new AdamWOptimizer(all, options with { Frozen = [.. options.Frozen, .. kept] });
    }

    public override void Finish(StagedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        LowRankAdapters.Merge(model);
    }

    protected override LoraOptions OptionsFor(ParameterRoles? roles) => roles is null ? Options : base.OptionsFor(roles) with { AlwaysTrained = roles.AlwaysTrained };
}
