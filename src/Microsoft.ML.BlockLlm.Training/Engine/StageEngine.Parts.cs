using System.Diagnostics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Runs the head on some tokens at a time where its logits would be too many: forward, loss and backward of one part after the other.</summary>
public sealed partial class StageEngine
{
    /// <summary>Runs forward without a graph, and gives the output of the last stage in parts.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="take">Takes the output for some of the targets, with the batch of these targets. Both are disposed when it returns.</param>
    public void Forward(TrainingBatch batch, Action<Tensor, TrainingBatch> take)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(take);
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        if (TokenParts.Length(_stages[^1], batch, _maxLogits) is not { } length)
        {
            take(Forward(batch.Tokens), batch);
            return;
        }

        var last = _stages.Count - 1;
        var below = RunWithoutGraph(batch.Tokens, last);
        using var weights = Open(last, next: null);
        foreach (var (hidden, _, part) in TokenParts.Of(below, batch, length))
        {
            using var partScope = NewDisposeScope();
            take(Run(last, hidden, part.Tokens), part);
        }
    }

    /// <summary>
    /// Runs forward and backward, and gives the gradient of every parameter that needs one. Where the head is an
    /// <see cref="Models.ITokenwiseHead"/> and its logits would be too many, it runs on some tokens at a time, and the logits never exist whole.
    /// </summary>
    /// <param name="batch">The batch.</param>
    /// <param name="loss">The loss: a mean over the targets. It may be asked for parts of the batch. Null: <see cref="CrossEntropy.Loss"/>, whose gradient needs no graph.</param>
    /// <param name="needsGradient">Whether a parameter needs its gradient; sets <c>requires_grad</c>.</param>
    /// <param name="receive">Takes one parameter's gradient, which is disposed when it returns. From the last stage to the first.</param>
    /// <param name="lossScale">What the gradients are multiplied with, such as the share of a batch in an update.</param>
    /// <returns>The loss, unscaled, and the time taken. If the loss is not finite no gradient was given.</returns>
    public StagePass ForwardBackward(
        TrainingBatch batch, LossFunction? loss, Func<Parameter, bool> needsGradient, Action<Parameter, Tensor> receive, double lossScale = 1)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(needsGradient);
        ArgumentNullException.ThrowIfNull(receive);
        return ForwardBackward(batch, (output, part, scale) => BackwardStart.Of(output, part, scale, loss), needsGradient, receive, lossScale);
    }

    internal StagePass ForwardBackward(
        TrainingBatch batch, LossStart measure, Func<Parameter, bool> needsGradient, Action<Parameter, Tensor> receive, double lossScale)
    {
        if (TokenParts.Length(_stages[^1], batch, _maxLogits) is not { } length)
            return ForwardBackward(batch.Tokens, output => measure(output, batch, lossScale), needsGradient, receive);

        var started = Stopwatch.GetTimestamp();
        using var scope = NewDisposeScope();
        using var withGraph = set_grad_enabled(true);
        var last = _stages.Count - 1;
        var firstActive = MarkParameters(needsGradient);
        using var runs = new StageRuns();
        var below = RunForward(batch.Tokens, firstActive, last, runs);
        var top = runs.TryPeek(out var run) ? run : null;
        var (head, lossValue, headBackward) = RunHead(below, firstActive < last, batch, length, measure, lossScale, top?.Stage);
        using var ownedHead = head;
        // From here on only the graph of the stage below needs its output, if there is one.
        if (top?.Output is null)
            below.Dispose();
        var forwardDone = Stopwatch.GetTimestamp();
        if (double.IsFinite(lossValue))
        {
            using var randomAfterForward = _recompute != Recompute.None ? new RandomState(batch.Tokens.InputIds.device) : null;
            var delivery = new GradientDelivery(_lowestStage, receive);
            foreach (var (parameter, gradient) in head.TakeParameters())
                delivery.Take(last, parameter, gradient);
            if (head.TakeInput() is { } upstream)
                RunBackward(batch.Tokens, runs, upstream, delivery);
            else
                delivery.Finish();
            randomAfterForward?.Restore();
        }

        return new StagePass(lossValue, Stopwatch.GetElapsedTime(started, forwardDone) - headBackward, headBackward + Stopwatch.GetElapsedTime(forwardDone));
    }

    /// <summary>Runs the head forward and backward on one part of the tokens after the other; the gradients are the caller's to dispose.</summary>
    private (HeadGradients Gradients, double Loss, TimeSpan Backward) RunHead(
        Tensor output, bool needsInput, TrainingBatch batch, long length, LossStart measure, double lossScale, int? next)
    {
        var last = _stages.Count - 1;
        using var below = output.detach();
        using var weights = Open(last, next);
        var head = new HeadGradients(_parameters[last].Where(parameter => parameter.requires_grad), needsInput ? below : null);
        var (lossValue, backward) = (0.0, TimeSpan.Zero);
        foreach (var (hidden, start, part) in TokenParts.Of(below, batch, length))
        {
            using var partScope = NewDisposeScope();
            var input = head.Input is null ? hidden : hidden.requires_grad_();
            var share = (double)part.TargetCount / batch.TargetCount;
            var from = measure(Run(last, input, part.Tokens), part, lossScale * share);
            lossValue += share * from.Loss;
            var forwardDone = Stopwatch.GetTimestamp();
            head.Add(from, input, start);
            backward += Stopwatch.GetElapsedTime(forwardDone);
        }

        return (head, lossValue, backward);
    }
}
