using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>A network of golden/*.py: linear modules with tanh between them, batches of 8 taken in turn. By default that of trajectories.py: 435 weights, three modules.</summary>
internal sealed class Mlp : IDisposable
{
    private const int Batch = 8;

    private readonly Tensor _inputs;
    private readonly Tensor _targets;
    private readonly string[] _modules;

    public Mlp(bool reversed = false, ScalarType type = ScalarType.Float32) : this(Golden.Trajectories, reversed, type)
    {
    }

    public Mlp(IGoldenNetwork golden, bool reversed = false, ScalarType type = ScalarType.Float32)
    {
        _modules = [.. golden.Initial.Keys.Select(name => name[..name.LastIndexOf('.')]).Distinct()];
        using var inputs = tensor(golden.Inputs);
        _inputs = inputs.view(-1, 6);
        _targets = tensor(golden.Targets);
        Parameters = [.. golden.Initial.Select(entry => (entry.Key, NewParameter(entry.Value, golden.Shapes[entry.Key], type)))];
        if (reversed)
            Array.Reverse(Parameters);
    }

    public (string name, Parameter parameter)[] Parameters { get; }

    public Parameter this[string name] => Parameters.Single(entry => entry.name == name).parameter;

    /// <summary>Mean cross-entropy of batch number <paramref name="step"/>.</summary>
    public Tensor Loss(int step)
    {
        using var scope = NewDisposeScope();
        var rows = arange(step * Batch % _inputs.shape[0], (step * Batch % _inputs.shape[0]) + Batch, dtype: ScalarType.Int64);
        var hidden = _modules.SkipLast(1).Aggregate(_inputs.index_select(0, rows), (input, module) => tanh(Linear(input, module)));
        var logits = Linear(hidden, _modules[^1]);
        return nn.functional.cross_entropy(logits, _targets.index_select(0, rows)).MoveToOuterDisposeScope();

        Tensor Linear(Tensor input, string module) =>
            input.matmul(this[$"{module}.weight"].to(ScalarType.Float32).t()) + this[$"{module}.bias"].to(ScalarType.Float32);
    }

    /// <summary>One update as any TorchSharp user writes it.</summary>
    public UpdateReport PlainStep(StagewiseOptimizer optimizer, int step, double gradientScale = 1)
    {
        optimizer.zero_grad();
        using var loss = Loss(step);
        using var scaled = loss * gradientScale;
        scaled.backward();
        return optimizer.step(loss);
    }

    /// <summary>One update as the training engine does it: a probing pass where needed, then gradients one at a time, from the top down.</summary>
    public UpdateReport StagewiseStep(StagewiseOptimizer optimizer, int step, int microBatches = 1)
    {
        if (optimizer.NeedsProbe)
        {
            Backward(optimizer, step, 1, optimizer.Probe);
            optimizer.EndProbe();
        }

        double loss = 0;
        for (int i = 0; i < microBatches; i++)
            loss += Backward(optimizer, step + i, 1.0 / microBatches, optimizer.Accumulate);
        return optimizer.Update(loss);
    }

    public Dictionary<string, float[]> Weights() =>
        Parameters.ToDictionary(entry => entry.name, entry => Values(entry.parameter));

    public static float[] Values(Tensor tensor)
    {
        using var detached = tensor.detach();
        using var wide = detached.to(ScalarType.Float32);
        return wide.data<float>().ToArray();
    }

    public void Dispose()
    {
        _inputs.Dispose();
        _targets.Dispose();
        foreach (var (_, parameter) in Parameters)
            parameter.Dispose();
    }

    private static Parameter NewParameter(float[] values, long[] shape, ScalarType type)
    {
        using var flat = tensor(values, dtype: type);
        return new Parameter(flat.view(shape), true);
    }

    private double Backward(StagewiseOptimizer optimizer, int step, double scale, Action<Parameter, Tensor> take)
    {
        foreach (var (_, parameter) in Parameters)
            parameter.requires_grad = optimizer.NeedsGradient(parameter);
        var needed = Parameters.Select(entry => entry.parameter).Where(optimizer.NeedsGradient).Reverse().ToArray();
        using var loss = Loss(step);
        using var scaled = loss * scale;
        var gradients = autograd.grad([scaled], needed);
        foreach (var (parameter, gradient) in needed.Zip(gradients))
        {
            take(parameter, gradient);
            gradient.Dispose();
        }

        return scaled.ToDouble();
    }
}
