using System.Diagnostics;
using Microsoft.ML.BlockLlm.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>
/// Runs a <see cref="StagedModel"/> forward and backward one stage at a time, so that gradients and graphs of only one stage exist at once.
/// </summary>
/// <remarks>
/// The gradients are those of a plain <c>loss.backward()</c>. What differs is what exists meanwhile:
/// <list type="bullet">
/// <item>Stages below the first one with a parameter that needs a gradient run without a graph: they save no activations and have no backward pass.</item>
/// <item>libtorch saves nothing for the weights of a parameter that needs no gradient.</item>
/// <item>Each gradient goes to its receiver at once, and a stage's gradients and graph are released before the stage below runs backward.</item>
/// <item>With <see cref="Recompute"/> stages keep only their input for backward and run again; with <see cref="Recompute.All"/> the activations of one stage exist at once.</item>
/// <item>Weights that stay in their file (<see cref="StagedModel.StreamedWeights"/>) are open for one stage at a time, while those of the next one are read. A stage that keeps its graph
/// keeps them open until it has run backward: <see cref="Recompute.All"/> avoids that.</item>
/// </list>
/// A stage's parameters are those of its module. A parameter of two stages, such as an embedding that is also the head, is a parameter of
/// both modules; its gradient is summed and given once, when the lower stage is done.
/// </remarks>
public sealed partial class StageEngine
{
    internal const long DefaultLogitBytes = 16 << 20;

    private readonly IReadOnlyList<Stage> _stages;
    private readonly Parameter[][] _parameters;
    private readonly Dictionary<Parameter, int> _lowestStage = new(ReferenceEqualityComparer.Instance);
    private readonly StreamedWeights? _streamed;
    private readonly Recompute _recompute;
    private readonly long _maxLogits;

    /// <summary>Makes an engine for a model, which it does not own.</summary>
    /// <param name="model">The model.</param>
    /// <param name="recompute">Which stages compute their activations again for backward. Default: none.</param>
    /// <param name="maxLogits">How many logits may exist at once where the head is an <see cref="ITokenwiseHead"/>. Default null: what takes 16 MiB.</param>
    /// <exception cref="ArgumentException">The model has no stage.</exception>
    public StageEngine(StagedModel model, Recompute recompute = default, long? maxLogits = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Stages.Count == 0)
            throw new ArgumentException($"{model.GetType().Name} has no stages; there is nothing to run.", nameof(model));
        _stages = model.Stages;
        _parameters = [.. _stages.Select(stage => stage.parameters().ToArray())];
        _streamed = model.StreamedWeights;
        _recompute = recompute;
        _maxLogits = maxLogits ?? DefaultLogitBytes / (_parameters[^1].FirstOrDefault()?.dtype.ElementSize() ?? sizeof(float));
        for (var s = _stages.Count - 1; s >= 0; s--)
            foreach (var parameter in _parameters[s])
                _lowestStage[parameter] = s;
    }

    /// <summary>Runs forward without a graph.</summary>
    /// <param name="batch">The tokens.</param>
    /// <returns>The output of the last stage, which the caller disposes.</returns>
    public Tensor Forward(TokenBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        var hidden = batch.InputIds;
        for (var s = 0; s < _stages.Count; s++)
        {
            using var weights = Open(s, s + 1);
            hidden = Run(s, hidden, batch);
        }

        return hidden.MoveToOuterDisposeScope();
    }

    /// <summary>Runs forward and backward, and gives the gradient of every parameter that needs one.</summary>
    /// <param name="batch">The tokens.</param>
    /// <param name="loss">Makes the loss, a scalar, from the output of the last stage.</param>
    /// <param name="needsGradient">Whether a parameter needs its gradient; sets <c>requires_grad</c>.</param>
    /// <param name="receive">Takes one parameter's gradient, which is disposed when it returns. From the last stage to the first.</param>
    /// <param name="lossScale">What the gradients are multiplied with, such as the share of a batch in an update.</param>
    /// <returns>The loss, unscaled, and the time taken. If the loss is not finite there was no backward pass.</returns>
    public StagePass ForwardBackward(
        TokenBatch batch, Func<Tensor, Tensor> loss, Func<Parameter, bool> needsGradient, Action<Parameter, Tensor> receive, double lossScale = 1)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(needsGradient);
        ArgumentNullException.ThrowIfNull(receive);
        return ForwardBackward(batch, output => BackwardStart.AtLoss(loss(output), lossScale), needsGradient, receive);
    }

    private StagePass ForwardBackward(TokenBatch batch, Func<Tensor, BackwardStart> measure, Func<Parameter, bool> needsGradient, Action<Parameter, Tensor> receive)
    {
        var started = Stopwatch.GetTimestamp();
        using var scope = NewDisposeScope();
        using var withGraph = set_grad_enabled(true);
        var firstActive = MarkParameters(needsGradient);
        using var runs = new StageRuns();
        var output = RunForward(batch, firstActive, _stages.Count, runs);
        var start = measure(output);
        var forwardDone = Stopwatch.GetTimestamp();

        if (double.IsFinite(start.Loss) && runs.Count > 0)
            RunBackward(batch, runs, start, receive);
        return new StagePass(start.Loss, Stopwatch.GetElapsedTime(started, forwardDone), Stopwatch.GetElapsedTime(forwardDone));
    }

    /// <summary>Sets requires_grad as wanted; returns the first stage that has a parameter with a gradient, or the number of stages if there is none.</summary>
    private int MarkParameters(Func<Parameter, bool> needsGradient)
    {
        var firstActive = _stages.Count;
        foreach (var (parameter, lowestStage) in _lowestStage)
        {
            var needed = needsGradient(parameter);
            if (parameter.requires_grad != needed)
                parameter.requires_grad = needed;
            if (needed)
                firstActive = Math.Min(firstActive, lowestStage);
        }

        return firstActive;
    }

    /// <summary>Runs the stages below one, with a graph from the first active one on.</summary>
    private Tensor RunForward(TokenBatch batch, int firstActive, int end, StageRuns runs)
    {
        var hidden = RunWithoutGraph(batch, Math.Min(firstActive, end));
        for (var s = firstActive; s < end; s++)
        {
            var input = s == firstActive ? hidden : hidden.detach().requires_grad_();
            // The next input stands for the output of a stage that runs again; another's ends with its run.
            if (runs.TryPeek(out var below) && below.Output is null)
                hidden.Dispose();
            if (_recompute.Includes(s, _stages.Count))
            {
                runs.Push(new StageRun(s, input, null, new RandomState(input.device), null));
                using var withoutGraph = no_grad();
                using var weights = Open(s, s + 1);
                hidden = Run(s, input, batch);
            }
            else
            {
                var weights = Open(s, s + 1);
                try
                {
                    hidden = Run(s, input, batch);
                }
                catch
                {
                    weights?.Dispose();
                    throw;
                }

                runs.Push(new StageRun(s, input, hidden, null, weights));
            }
        }

        return hidden;
    }

    private Tensor RunWithoutGraph(TokenBatch batch, int stages)
    {
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        var hidden = batch.InputIds.alias();
        for (var s = 0; s < stages; s++)
        {
            using var weights = Open(s, s + 1);
            var input = hidden;
            hidden = Run(s, input, batch);
            input.Dispose();
        }

        return hidden.MoveToOuterDisposeScope();
    }

    /// <summary>Opens the streamed weights of a stage, and begins to read those of the next one; null if weights are in memory all the time.</summary>
    private IDisposable? Open(int stage, int? next)
    {
        var weights = _streamed?.Open(_stages[stage]);
        // The first stage looks up a few rows of its weights.
        if (next > 0 && next < _stages.Count)
            _streamed?.Prefetch(_stages[next.Value]);
        return weights;
    }

    private Tensor Run(int stage, Tensor input, TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        var output = _stages[stage].forward(input, batch);
        return ReferenceEquals(output, input) ? input.alias().MoveToOuterDisposeScope() : output.MoveToOuterDisposeScope();
    }

    private void RunBackward(TokenBatch batch, StageRuns runs, BackwardStart start, Action<Parameter, Tensor> receive)
    {
        using var randomAfterForward = _recompute != Recompute.None ? new RandomState(start.Root.device) : null;
        var delivery = new GradientDelivery(_lowestStage, receive);
        var top = runs.Pop();
        Tensor upstream;
        using (top.Weights)
        {
            if (!ReferenceEquals(top.Output, start.Root))
                top.Output!.Dispose();
            upstream = RunBackward(top, start.Root, start.Gradient!, delivery);
        }

        RunBackward(batch, runs, upstream, delivery);
        randomAfterForward?.Restore();
    }

    private void RunBackward(TokenBatch batch, StageRuns runs, Tensor upstream, GradientDelivery delivery)
    {
        while (!upstream.IsInvalid && runs.TryPop(out var run))
        {
            using var weights = run.Weights ?? Open(run.Stage, runs.TryPeek(out var below) ? below.Stage : null);
            upstream = RunBackward(run, run.Output ?? RunAgain(run, batch), upstream, delivery);
        }

        delivery.Finish();
    }

    /// <summary>Runs one stage backward and releases its graph; returns the gradient of its input, invalid if it has none.</summary>
    private Tensor RunBackward(StageRun run, Tensor output, Tensor upstream, GradientDelivery delivery)
    {
        if (!output.requires_grad)
            throw new InvalidOperationException(
                $"Stage {run.Stage} ({_stages[run.Stage].GetName()}), or the loss after it, gave an output without a graph, though its input or a parameter needs a gradient. " +
                "Neither must detach it.");
        var parameters = _parameters[run.Stage].Where(parameter => parameter.requires_grad).ToArray();
        Tensor[] inputs = run.Input.requires_grad ? [.. parameters, run.Input] : parameters;

        // A stage need not use all its parameters; the gradients of unused ones come as invalid tensors.
        var gradients = autograd.grad([output], inputs, [upstream], allow_unused: true);
        output.Dispose();
        upstream.Dispose();
        for (var i = 0; i < parameters.Length; i++)
            delivery.Take(run.Stage, parameters[i], gradients[i]);

        var inputGradient = run.Input.requires_grad ? gradients[^1] : upstream;
        run.Input.Dispose();
        return inputGradient;
    }

    private Tensor RunAgain(StageRun run, TokenBatch batch)
    {
        run.Random!.Restore();
        run.Random.Dispose();
        return Run(run.Stage, run.Input, batch);
    }
}
