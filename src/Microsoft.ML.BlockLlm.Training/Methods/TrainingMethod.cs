using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>How the weights of a model are trained: an optimizer with its options, what memory it takes, and what it changes in the model while it trains.</summary>
/// <remarks>
/// Immutable and reusable: one method may train many models. Make one with a factory, such as <see cref="AdamW"/>; a method of your own derives from this record.
/// A training goes <see cref="WithSeed"/>, <see cref="Prepare"/>, <see cref="CreateOptimizer"/>, <see cref="TrainingLoop"/>, <see cref="Finish"/>.
/// </remarks>
public abstract record TrainingMethod
{
    /// <summary>The gradient norm that methods clip at if they are given no options, as most recipes for transformers do.</summary>
    private const double UsualGradientNorm = 1;

    /// <summary>The method's name, without spaces: <c>AdamW</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The learning rate at its highest, after warm-up.</summary>
    public abstract double LearningRate { get; init; }

    /// <summary>
    /// Whether the method leaves the model's weights as they are and trains something that it adds to them. It then has no use for a new model, whose weights are random, nor for embeddings
    /// that are to be trained.
    /// </summary>
    public virtual bool TrainsAdapters => false;

    /// <summary>The method, drawing with a seed unless its options have one of their own.</summary>
    /// <param name="seed">The seed of the training.</param>
    public virtual TrainingMethod WithSeed(int seed) => this;

    /// <summary>What the method holds in memory while it trains, for a <see cref="MemoryPlan"/>.</summary>
    /// <param name="roles">Which parameters are special. Default null: none.</param>
    public abstract MethodMemory Memory(ParameterRoles? roles = null);

    /// <summary>Makes a model ready, before its optimizer is created. Most methods have nothing to do.</summary>
    /// <param name="model">The model.</param>
    /// <param name="roles">Which parameters are special.</param>
    /// <param name="generator">The source of new weights where the method has no seed; null for torch's own.</param>
    /// <exception cref="ArgumentException">The model has nothing of what the options name.</exception>
    /// <exception cref="NotSupportedException">The method cannot train models whose weights are streamed.</exception>
    public virtual void Prepare(StagedModel model, ParameterRoles roles, Generator? generator = null)
    {
    }

    /// <summary>What of the options comes to nothing on a model, as sentences for its user: none where all does what it says.</summary>
    /// <param name="model">The model, before it is made ready.</param>
    /// <param name="roles">Which parameters are special. Default null: none.</param>
    public virtual IReadOnlyList<string> Warnings(StagedModel model, ParameterRoles? roles = null) => [];

    /// <summary>How many updates it takes at least until every block of a model is trained, for methods whose blocks have turns; 0 for the others.</summary>
    /// <param name="model">The model.</param>
    /// <param name="roles">Which parameters are special. Default null: none.</param>
    public virtual long UpdatesForAll(StagedModel model, ParameterRoles? roles = null) => 0;

    /// <summary>Creates the optimizer, which the caller disposes.</summary>
    /// <param name="parameters">The parameters of a model that is ready, with their names, as from <c>module.named_parameters()</c>.</param>
    /// <param name="roles">Which of them are special. Default null: none.</param>
    /// <exception cref="ArgumentException">An option names a parameter that does not exist, a parameter is unfit, or none is left to train.</exception>
    public abstract StagewiseOptimizer CreateOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, ParameterRoles? roles = null);

    /// <summary>Gives a trained model back its own shape, with what was learned in its weights.</summary>
    /// <param name="model">The model that was prepared.</param>
    public virtual void Finish(StagedModel model)
    {
    }

    /// <summary>
    /// BlockLLM (Ramesh et al. 2024, arXiv 2406.17296): at any time a small share of the weights, chosen by the size of their gradients and by how seldom their block was chosen before.
    /// </summary>
    /// <param name="options">Its options. Default null: gradients clipped to a norm of 1, all else as in <see cref="BlockLlmOptimizerOptions"/>.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static TrainingMethod BlockLlm(BlockLlmOptimizerOptions? options = null) => new BlockLlmMethod(Valid(options ?? new() { MaxGradientNorm = UsualGradientNorm }));

    /// <summary>AdamW on all weights (Loshchilov and Hutter 2017, arXiv 1711.05101).</summary>
    /// <param name="options">Its options. Default null: gradients clipped to a norm of 1, all else as in <see cref="AdamWOptimizerOptions"/>.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static TrainingMethod AdamW(AdamWOptimizerOptions? options = null) => new AdamWMethod(Valid(options ?? new() { MaxGradientNorm = UsualGradientNorm }));

    /// <summary>BAdam (Luo, Yu and Li 2024, arXiv 2404.02827): Adam on one transformer layer at a time, each for K updates.</summary>
    /// <param name="options">Its options. Default null: gradients clipped to a norm of 1, all else as in <see cref="BAdamOptimizerOptions"/>.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static TrainingMethod BAdam(BAdamOptimizerOptions? options = null) => new BAdamMethod(Valid(options ?? new() { MaxGradientNorm = UsualGradientNorm }));

    /// <summary>LISA (Pan et al. 2024, arXiv 2403.17919): AdamW on what lies outside the layers, unless it is frozen, and on γ random layers, others after every K updates.</summary>
    /// <param name="options">Its options. Default null: gradients clipped to a norm of 1, all else as in <see cref="LisaOptimizerOptions"/>.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static TrainingMethod Lisa(LisaOptimizerOptions? options = null) => new LisaMethod(Valid(options ?? new() { MaxGradientNorm = UsualGradientNorm }));

    /// <summary>MISA (Liu et al. 2025, arXiv 2511.00056): AdamW on modules drawn by the size of their gradients, within a budget of weights, others after every T updates.</summary>
    /// <param name="options">Its options. Default null: gradients clipped to a norm of 1, all else as in <see cref="MisaOptimizerOptions"/>.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static TrainingMethod Misa(MisaOptimizerOptions? options = null) => new MisaMethod(Valid(options ?? new() { MaxGradientNorm = UsualGradientNorm }));

    /// <summary>
    /// LoRA (Hu et al. 2021, arXiv 2106.09685): the weights stay, and AdamW trains a product of two small matrices beside each linear layer, which is added to its weight at the end.
    /// </summary>
    /// <param name="options">Its options. Default null: gradients clipped to a norm of 1, all else as in <see cref="LoraOptions"/>.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static TrainingMethod Lora(LoraOptions? options = null) => new LoraMethod(Valid(options ?? new() { MaxGradientNorm = UsualGradientNorm }));

    /// <summary>Stochastic gradient descent on all weights, with momentum if its options say so: the least state that there is.</summary>
    /// <param name="options">Its options. Default null: gradients clipped to a norm of 1, all else as in <see cref="SgdOptimizerOptions"/>.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static TrainingMethod Sgd(SgdOptimizerOptions? options = null) => new SgdMethod(Valid(options ?? new() { MaxGradientNorm = UsualGradientNorm }));

    /// <summary>GaLore (Zhao et al. 2024, arXiv 2403.03507): Adam on all matrices in the space of the leading singular vectors of their gradients, so that moments and gradients have low rank.</summary>
    /// <param name="options">Its options. Default null: gradients clipped to a norm of 1, all else as in <see cref="GaLoreOptimizerOptions"/>.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static TrainingMethod GaLore(GaLoreOptimizerOptions? options = null) => new GaLoreMethod(Valid(options ?? new() { MaxGradientNorm = UsualGradientNorm }));

    /// <summary>Fira (Chen et al. 2024, arXiv 2410.01623): GaLore's state, and steps of full rank, since what its space leaves out of a gradient is scaled like the rest.</summary>
    /// <param name="options">Its options. Default null: gradients clipped to a norm of 1, all else as in <see cref="FiraOptimizerOptions"/>.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static TrainingMethod Fira(FiraOptimizerOptions? options = null) => new FiraMethod(Valid(options ?? new() { MaxGradientNorm = UsualGradientNorm }));

    /// <summary>APOLLO (Zhu et al. 2024, arXiv 2412.05270): gradients whose channels are scaled as Adam would, by moments in a random space of low rank.</summary>
    /// <param name="options">Its options. Default null: gradients clipped to a norm of 1, all else as in <see cref="ApolloOptimizerOptions"/>.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static TrainingMethod Apollo(ApolloOptimizerOptions? options = null) => new ApolloMethod(Valid(options ?? new() { MaxGradientNorm = UsualGradientNorm }));

    /// <summary>APOLLO-Mini: rank 1, and one factor for a matrix.</summary>
    /// <param name="options">Its options, made from <see cref="ApolloOptimizerOptions.Mini"/>. Default null: gradients clipped to a norm of 1, all else as there.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the options are not those of APOLLO-Mini.</exception>
    public static TrainingMethod ApolloMini(ApolloOptimizerOptions? options = null)
    {
        if (options is not null && options.Scaling != ApolloScaling.Tensor)
        {
            throw new ArgumentException(
                $"{nameof(options.Scaling)} is {options.Scaling}: these are options of APOLLO. APOLLO-Mini has one factor for a matrix: " +
                "begin with ApolloOptimizerOptions.Mini with { … }, or call TrainingMethod.Apollo.", nameof(options));
        }

        return new ApolloMethod(Valid(options ?? ApolloOptimizerOptions.Mini with { MaxGradientNorm = UsualGradientNorm }));
    }

    /// <summary>FRUGAL (Zmushko et al. 2024, arXiv 2411.07837): Adam on some matrices or columns, chosen by chance and changed every now and then, and steps by the sign of the gradient on the rest.</summary>
    /// <param name="options">Its options. Default null: gradients clipped to a norm of 1, all else as in <see cref="FrugalOptimizerOptions"/>.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static TrainingMethod Frugal(FrugalOptimizerOptions? options = null) => new FrugalMethod(Valid(options ?? new() { MaxGradientNorm = UsualGradientNorm }));

    /// <summary>Every method of this library, with its default options.</summary>
    public static IReadOnlyList<TrainingMethod> All { get; } =
        [BlockLlm(), AdamW(), Sgd(), Lora(), BAdam(), Lisa(), Misa(), GaLore(), Fira(), Apollo(), ApolloMini(), Frugal()];

    /// <summary>A method with its default options, by its name.</summary>
    /// <param name="name">The <see cref="Name"/>; upper and lower case do not matter.</param>
    /// <exception cref="ArgumentException">No method of this library has the name.</exception>
    public static TrainingMethod Named(string name) => All.FirstOrDefault(method => string.Equals(method.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"There is no training method '{name}'. It must be one of {string.Join(", ", All.Select(method => method.Name))}.", nameof(name));

    /// <summary>The method that an optimizer came from; null for an optimizer of no method of this library.</summary>
    internal static TrainingMethod? Of(StagewiseOptimizer optimizer) =>
        optimizer.Settings is { } options ? All.Select(method => method.WithOptions(options)).FirstOrDefault(method => method is not null) : null;

    /// <summary>This method with other options; null if they are those of another method.</summary>
    private protected virtual TrainingMethod? WithOptions(object options) => null;

    private static T Valid<T>(T options) where T : StagewiseOptimizerOptions
    {
        options.Validate();
        return options;
    }
}
