using System.ComponentModel;
using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>The methods of <see cref="TrainingMethod"/>, as settings name them.</summary>
internal enum MethodName
{
    Blockllm,
    Adamw,
    Lora,
    Badam,
    Lisa,
    Misa,
    Sgd,
    Galore,
    Fira,
    Apollo,
    ApolloMini,
    Frugal,
}

/// <summary>The settings of the method: which one, and what the others have beside BlockLLM's.</summary>
internal abstract record MethodSettings : OptimizerSettings
{
    private static readonly LoraOptions s_lora = new();
    private static readonly BAdamOptimizerOptions s_badam = new();
    private static readonly LisaOptimizerOptions s_lisa = new();
    private static readonly MisaOptimizerOptions s_misa = new();
    private static readonly GaLoreOptimizerOptions s_galore = new();
    private static readonly FiraOptimizerOptions s_fira = new();
    private static readonly ApolloOptimizerOptions s_apollo = new();
    private static readonly FrugalOptimizerOptions s_frugal = new();

    [Description("How the weights are trained.")]
    public MethodName Method { get; init; }

    [OnlyFor(MethodName.Lora)]
    [Description("The adapters are multiplied by this over the rank.")]
    public double Alpha { get; init; } = s_lora.Alpha;

    [OnlyFor(MethodName.Lora)]
    [Description("Share of the adapters' inputs that training hides.")]
    public double AdapterDropout { get; init; } = s_lora.Dropout;

    [OnlyFor(MethodName.Lora)]
    [Description("Names of the linear layers that get adapters, with * for any characters and ? for one; without it, all in the transformer layers.")]
    public IReadOnlyList<string> Targets { get; init; } = [];

    [OnlyFor(MethodName.Badam, MethodName.Lisa, MethodName.Misa, MethodName.Galore, MethodName.Fira, MethodName.Apollo, MethodName.ApolloMini, MethodName.Frugal)]
    [Description("Updates between two choices of what is trained, or of a space; without it, 100 for badam, 20 for lisa, 50 for misa, and 200 for the others.")]
    public int? Period { get; init; }

    [OnlyFor(MethodName.Badam)]
    [Description("The order in which blocks are trained.")]
    public BlockOrder Order { get; init; } = s_badam.Order;

    [OnlyFor(MethodName.Lisa)]
    [Description("How many layers are trained at a time.")]
    public int ActiveLayers { get; init; } = s_lisa.ActiveLayers;

    [OnlyFor(MethodName.Misa)]
    [Description("Share of the weights that may be trained at a time, above 0 and at most 1.")]
    public double ActiveShare { get; init; } = s_misa.ActiveShare;

    [OnlyFor(MethodName.Misa)]
    [Description("How much more often modules with large gradients are drawn; 0 draws all alike.")]
    public double ImportanceFactor { get; init; } = s_misa.ImportanceFactor;

    [OnlyFor(MethodName.Sgd)]
    [Description("How much of the last step goes on in the next one, from 0 up to but not 1.")]
    public double Momentum { get; init; }

    [OnlyFor(MethodName.Sgd)]
    [Description("Whether momentum looks ahead.")]
    public bool Nesterov { get; init; }

    [OnlyFor(MethodName.Lora, MethodName.Galore, MethodName.Fira, MethodName.Apollo)]
    [Description("Rank of the adapters, or of the space that the moments of matrices are in; without it, 8 for lora, 256 for apollo, else 128.")]
    public int? Rank { get; init; }

    [OnlyFor(MethodName.Galore, MethodName.Fira, MethodName.Apollo, MethodName.ApolloMini)]
    [Description("Factor of the learning rate of matrices in low rank; without it, 0.25 for galore and fira, 1 for apollo, and the root of 128 for apollo-mini.")]
    public double? Scale { get; init; }

    [OnlyFor(MethodName.Galore, MethodName.Fira)]
    [Description("Whether singular vectors come from a full decomposition.")]
    public bool ExactDecomposition { get; init; }

    [OnlyFor(MethodName.Galore, MethodName.Fira)]
    [Description("Random directions beyond the rank that subspace iteration starts with.")]
    public int Oversampling { get; init; } = s_galore.Oversampling;

    [OnlyFor(MethodName.Galore, MethodName.Fira)]
    [Description("How often subspace iteration multiplies by the gradient and its transpose.")]
    public int PowerIterations { get; init; } = s_galore.PowerIterations;

    [OnlyFor(MethodName.Fira, MethodName.Apollo, MethodName.ApolloMini)]
    [Description("Factor by which the norm of a matrix's steps may grow in one update.")]
    public double NormGrowthLimit { get; init; } = s_fira.NormGrowthLimit;

    [OnlyFor(MethodName.Frugal)]
    [Description("Share of the weights of matrices that have Adam's state at a time.")]
    public double Density { get; init; } = s_frugal.Density;

    [OnlyFor(MethodName.Frugal)]
    [Description("What the weights with Adam's state consist of.")]
    public FrugalSubspace Subspace { get; init; } = s_frugal.Subspace;

    /// <summary>The method with its options.</summary>
    /// <exception cref="UsageException">A setting of another method is given.</exception>
    public TrainingMethod ToMethod()
    {
        OnlyForAttribute.Check(this, Method);
        return Method switch
        {
            MethodName.Adamw => TrainingMethod.AdamW(Shared(new AdamWOptimizerOptions())),
            MethodName.Lora => TrainingMethod.Lora(Shared(s_lora) with { Rank = Rank ?? s_lora.Rank, Alpha = Alpha, Dropout = AdapterDropout, Targets = Targets.Count > 0 ? Targets : s_lora.Targets }),
            MethodName.Badam => TrainingMethod.BAdam(Selective(s_badam) with { Period = Period ?? s_badam.Period, Order = Order, Granularity = Granularity ?? s_badam.Granularity }),
            MethodName.Lisa => TrainingMethod.Lisa(Selective(s_lisa) with { Period = Period ?? s_lisa.Period, ActiveLayers = ActiveLayers }),
            MethodName.Misa => TrainingMethod.Misa(Selective(s_misa) with
            {
                Period = Period ?? s_misa.Period,
                ActiveShare = ActiveShare,
                ImportanceFactor = ImportanceFactor,
                NormSmoothing = NormSmoothing ?? s_misa.NormSmoothing,
                Granularity = Granularity ?? s_misa.Granularity,
            }),
            MethodName.Sgd => TrainingMethod.Sgd(Common(new SgdOptimizerOptions { Momentum = Momentum, Nesterov = Nesterov })),
            MethodName.Galore => TrainingMethod.GaLore(InSubspace(s_galore) with { Scale = Scale ?? s_galore.Scale }),
            MethodName.Fira => TrainingMethod.Fira(InSubspace(s_fira) with { Scale = Scale ?? s_fira.Scale, NormGrowthLimit = NormGrowthLimit }),
            MethodName.Apollo => TrainingMethod.Apollo(ToApollo(s_apollo)),
            MethodName.ApolloMini => TrainingMethod.Apollo(ToApollo(ApolloOptimizerOptions.Mini)),
            MethodName.Frugal => TrainingMethod.Frugal(Selective(s_frugal) with
            {
                Density = Density,
                Subspace = Subspace,
                Period = Period ?? s_frugal.Period,
                SignStepRate = SignStepRate ?? s_frugal.SignStepRate,
            }),
            _ => TrainingMethod.BlockLlm(ToBlockLlmOptions()),
        };
    }

    private ApolloOptimizerOptions ToApollo(ApolloOptimizerOptions options) => InLowRank(options) with { Scale = Scale ?? options.Scale, NormGrowthLimit = NormGrowthLimit };

    private T InSubspace<T>(T options) where T : SubspaceOptimizerOptions =>
        (T)(InLowRank(options) with { ExactDecomposition = ExactDecomposition, Oversampling = Oversampling, PowerIterations = PowerIterations });

    private T InLowRank<T>(T options) where T : LowRankOptimizerOptions => (T)(Selective(options) with { Rank = Rank ?? options.Rank, Period = Period ?? options.Period });
}
