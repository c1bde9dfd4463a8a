using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>A model of a few parameters, three to a layer, and a way to select from it.</summary>
/// <param name="Sizes">Weights of each parameter.</param>
/// <param name="Sparsity">Share of the weights that are not active.</param>
/// <param name="Choices">A bit for each choice among the options, up to <see cref="AllChoices"/>.</param>
internal sealed record SelectionCase(int[] Sizes, double Sparsity, int Choices)
{
    public const int AllChoices = (1 << 10) - 1;

    /// <summary>The same case where scores are over visit shares.</summary>
    public SelectionCase WithVisitShare => this with { Choices = Choices & ~(1 << 8) };

    private bool ByLayer => Chooses(0);

    /// <summary>The blocks with their sizes.</summary>
    public IReadOnlyDictionary<string, long> Blocks => Sizes.Index().GroupBy(entry => BlockOf(entry.Index)).ToDictionary(block => block.Key, block => block.Sum(entry => (long)entry.Item));

    public long Budget => Options(masks: true).BudgetOf(Sizes.Sum());

    /// <summary>Most weights of one block that may be active: three fifths of the budget where that is chosen and leaves room for all of it.</summary>
    public long BlockLimit => Chooses(1) && Blocks.Values.Sum(size => Math.Min(size, ShareOfBudget)) >= Budget ? ShareOfBudget : long.MaxValue;

    private long ShareOfBudget => (long)Math.Ceiling(0.6m * Budget);

    /// <summary>Makes a selection at each of some updates.</summary>
    /// <param name="masks">Whether a mask keeps a part of the blocks taken.</param>
    /// <param name="reversed">Whether the optimizer is given the parameters the other way round.</param>
    /// <param name="updates">The number of updates.</param>
    public IReadOnlyList<Selection> Select(bool masks, bool reversed = false, int updates = 6)
    {
        var parameters = Sizes.Select((size, i) => (NameOf(i), new Parameter(zeros(size), true))).ToArray();
        using var optimizer = new BlockLlmOptimizer(reversed ? parameters.Reverse() : parameters, Options(masks) with { MaxBlockShare = BlockLimit == long.MaxValue ? 1 : 0.6 });
        using var generator = new Generator(5);
        var selections = new List<Selection>();
        for (int update = 0; update < updates; update++)
        {
            var before = parameters.Select(entry => Mlp.Values(entry.Item2)).ToArray();
            foreach (var (_, parameter) in parameters)
                parameter.grad = randn(parameter.shape, generator: generator);
            var report = optimizer.step(1.0);
            var active = new SortedDictionary<string, long>(StringComparer.Ordinal);
            foreach (var (i, (_, parameter)) in parameters.Index())
            {
                if (Mlp.Values(parameter).Zip(before[i]).LongCount(weight => weight.First != weight.Second) is > 0 and var changed)
                    active[BlockOf(i)] = active.GetValueOrDefault(BlockOf(i)) + changed;
            }

            Assert.IsTrue(report.Reselected);
            selections.Add(new Selection(optimizer.ActiveCount, active, report.Visits, string.Join(' ', parameters.SelectMany(entry => Mlp.Values(entry.Item2))), Convert.ToHexString(SavedState.SaveWhole(optimizer))));
        }

        foreach (var (_, parameter) in parameters)
            parameter.Dispose();
        return selections;
    }

    private BlockLlmOptimizerOptions Options(bool masks) => new()
    {
        Sparsity = Sparsity,
        Reselection = new ReselectionRule.FixedPeriod(1),
        MaskCoordinates = masks,
        Granularity = ByLayer ? BlockGranularity.Layer : BlockGranularity.Module,
        Sampling = Chooses(2) ? BlockSampling.Random : BlockSampling.Greedy,
        Score = Chooses(3) ? BlockScore.SizeNormalized : BlockScore.GradientNorm,
        NormSmoothing = Chooses(4) ? 0.5 : 0,
        MaskBy = Chooses(5) ? MaskCriterion.Random : MaskCriterion.LargestGradient,
        StepCosts = Chooses(6) ? Sizes.Index().ToDictionary(entry => NameOf(entry.Index), entry => 1.0 + entry.Index) : null,
        Norms = Chooses(7) ? new GradientNormSource.SampledBlocks(2) : new GradientNormSource.ExactProbe(),
        UseVisitShare = !Chooses(8),
        TakeFactor = Chooses(9) ? 3 : 1,
    };

    private bool Chooses(int choice) => (Choices >> choice & 1) != 0;

    private static string NameOf(int parameter) => $"layers.{parameter / 3}.part{parameter % 3}.weight";

    private string BlockOf(int parameter) => ByLayer ? $"layers.{parameter / 3}" : $"layers.{parameter / 3}.part{parameter % 3}";
}

/// <summary>What a selection gave.</summary>
/// <param name="ActiveCount">Active weights, as the optimizer says.</param>
/// <param name="Active">Weights that its update changed, by block.</param>
/// <param name="Visits">How often each block was taken by then.</param>
/// <param name="Weights">All weights after it, parameter by parameter.</param>
/// <param name="State">The optimizer's state after it.</param>
internal sealed record Selection(long ActiveCount, IReadOnlyDictionary<string, long> Active, IReadOnlyDictionary<string, long> Visits, string Weights, string State)
{
    public override string ToString() =>
        $"{ActiveCount} weights of {string.Join(", ", Active)}; visits {string.Join(", ", Visits.OrderBy(block => block.Key, StringComparer.Ordinal))}; weights {Weights}; state {State}";
}
