using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// A weight matrix W [m, n] with Adam's moments in a space of rank r. The smaller dimension k is projected, by a basis P [k, r]: R = G·P [m, r] of a tall matrix (m ≥ n),
/// R = Pᵀ·G [r, n] of a wide one. The moments take 8·r·max(m, n) bytes, or 2 as 8-bit codes.
/// </summary>
/// <param name="parameter">The matrix.</param>
/// <param name="options">The options of the method.</param>
/// <param name="normGrowthLimit">Factor by which the norm of what <see cref="LimitGrowth"/> is given may grow in an update; null for a method that limits nothing.</param>
internal abstract class LowRankMatrix(NamedParameter parameter, LowRankOptimizerOptions options, double? normGrowthLimit = null) : WholeParameterState(parameter)
{
    /// <summary>Keeps a channel of R that is 0 from making its factor infinite.</summary>
    private const double Epsilon = 1e-8;

    private readonly AdamMoments _moments = new(parameter);
    private readonly NormGrowthLimiter? _limiter = normGrowthLimit is { } growth ? new NormGrowthLimiter(growth) : null;

    /// <summary>Whether the next gradient offered is decomposed at once, so that it has to be finite.</summary>
    public virtual bool DecomposesNext => false;

    protected LowRankOptimizerOptions Options { get; } = options;

    protected long Rows => Parameter.Value.shape[0];

    protected long Columns => Parameter.Value.shape[1];

    /// <summary>The smaller dimension k, which is projected.</summary>
    protected long Projected => Math.Min(Rows, Columns);

    /// <summary>Whether the coming update is one that chooses the space.</summary>
    protected bool IsRenewalDue => Steps % Options.Period == 0;

    /// <summary>A key for what is drawn for the space of the coming update.</summary>
    protected ulong Key => SplitMix64.Key(Options.SeedOrDefault, Parameter.Name, Steps / Options.Period);

    protected sealed override long OwnBytes => _moments.Bytes + SpaceBytes + (_limiter?.Bytes ?? 0);

    /// <summary>Memory of the space itself, in bytes, where it is kept.</summary>
    protected virtual long SpaceBytes => 0;

    private bool IsTall => Rows >= Columns;

    public sealed override void Update(double gradientScale, double warmup, StochasticRounding rounding)
    {
        if (Gradient is not { } offered)
            return;

        using var scope = NewDisposeScope();
        var gradient = offered.to(ScalarType.Float32);
        var hyperparameters = Parameter.Options;
        double learningRate = hyperparameters.LearningRate!.Value * warmup, decay = learningRate * hyperparameters.weight_decay!.Value;
        var step = Prepare(gradientScale < 1 ? gradient * gradientScale : gradient);
        Change(weights =>
        {
            if (decay != 0)
                weights.mul_(1 - decay);
            step(weights.view(Rows, Columns), learningRate);
        }, rounding);
        Steps++;
        DiscardGradient();
    }

    /// <summary>Chooses the space of the coming update where that is due and takes the gradient: before any weight changes.</summary>
    public virtual void ChooseSpace()
    {
    }

    public override void To(Device device)
    {
        base.To(device);
        _moments.To(device);
        _limiter?.To(device);
    }

    public override void Dispose()
    {
        base.Dispose();
        _moments.Dispose();
        _limiter?.Dispose();
    }

    /// <summary>Takes a gradient in, clipped, as <see cref="WeightState.Gradient"/> has it.</summary>
    /// <returns>What changes the weights [m, n] at a learning rate.</returns>
    protected abstract Action<Tensor, double> Prepare(Tensor gradient);

    /// <summary>Adam's direction in the space for a projected gradient R, of its shape.</summary>
    protected Tensor Direction(Tensor projected) => _moments.Direction(projected, Steps + 1);

    /// <summary>R of G [m, n].</summary>
    protected Tensor Project(Tensor gradient, Tensor basis) => IsTall ? gradient.mm(basis) : basis.t().mm(gradient);

    /// <summary>Adds a multiple of what R stands for, R·Pᵀ or P·R, to a matrix [m, n].</summary>
    protected void AddBack(Tensor matrix, Tensor projected, Tensor basis, double scale)
    {
        var (left, right) = IsTall ? (projected, basis.t()) : (basis, projected);
        matrix.addmm_(left, right, beta: 1, alpha: (float)scale);
    }

    /// <summary>The gradient so that its rows are what is projected, [k, max(m, n)].</summary>
    protected Tensor Upright(Tensor gradient) => IsTall ? gradient.t() : gradient;

    /// <summary>Norms of an R along the space: one for each row of a tall matrix [m, 1], for each column of a wide one [1, n].</summary>
    protected Tensor ChannelNorms(Tensor projected) => projected.norm(IsTall ? 1 : 0, keepdim: true);

    /// <summary>By how much Adam would scale what has some norms: ‖ψ(R)‖ / ‖R‖.</summary>
    /// <param name="directionNorms">Norms of Adam's direction, which are overwritten.</param>
    /// <param name="projectedNorms">Norms of R, which are overwritten.</param>
    protected static Tensor Factors(Tensor directionNorms, Tensor projectedNorms) => directionNorms.div_(projectedNorms.add_(Epsilon));

    /// <summary>Scales the step of an update, float32, down in place where it is longer than that of the last one allows.</summary>
    protected void LimitGrowth(Tensor step) => _limiter?.Limit(step);

    protected sealed override void SaveOwn(BinaryWriter writer)
    {
        _moments.Save(writer);
        SaveSpace(writer);
        _limiter?.Save(writer);
    }

    protected sealed override void LoadOwn(BinaryReader reader)
    {
        _moments.Load(reader, Options.Rank * Math.Max(Rows, Columns));
        LoadSpace(reader);
        _limiter?.Load(reader, Parameter.Value.device);
    }

    protected virtual void SaveSpace(BinaryWriter writer)
    {
    }

    protected virtual void LoadSpace(BinaryReader reader)
    {
    }
}
