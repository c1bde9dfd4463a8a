using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

internal sealed record LoraMethod(LoraOptions Options) : OptimizerMethod<LoraOptions>(Options)
{
    public override string Name => "Lora";

    public override bool TrainsAdapters => true;

    public override MethodMemory Memory(ParameterRoles? roles = null) => new LoraMemory(OptionsFor(roles), roles);

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

        foreach (var (_, layer) in layers.Where(entry => Options.Adapts(entry.Name)))
            layer.Attach(layer.NewAdapter(Options.Rank, Options.Alpha, Options.Dropout, generator));
    }

    public override StagewiseOptimizer CreateOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, ParameterRoles? roles = null)
    {
        (string name, Parameter)[] all = [.. parameters];
        var options = OptionsFor(roles);
        var kept = all.Select(entry => entry.name).Where(name => !LowRankAdapters.Has(name) && roles?.AlwaysTrained.Contains(name) != true);
        return new AdamWOptimizer(all, options with { Frozen = [.. options.Frozen, .. kept] });
    }

    public override void Finish(StagedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        LowRankAdapters.Merge(model);
    }
}
