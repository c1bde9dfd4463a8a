using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>A method that is an optimizer with its options, and nothing besides.</summary>
/// <typeparam name="TOptions">The type of the options.</typeparam>
/// <param name="Options">The options.</param>
internal abstract record OptimizerMethod<TOptions>(TOptions Options) : TrainingMethod where TOptions : StagewiseOptimizerOptions
{
    public sealed override double LearningRate
    {
        get => Options.LearningRate;
        init
        {
            Options = (TOptions)(Options with { LearningRate = value });
            Options.Validate();
        }
    }

    public sealed override TrainingMethod WithSeed(int seed) => this with { Options = (TOptions)(Options with { Seed = Options.Seed ?? seed }) };

    /// <summary>The options for a model some of whose parameters are special.</summary>
    protected virtual TOptions OptionsFor(ParameterRoles? roles) => roles is null ? Options : (TOptions)(Options switch
    {
        SelectiveOptimizerOptions selective => selective with { Frozen = [.. selective.Frozen, .. roles.Frozen], AlwaysActive = [.. selective.AlwaysActive, .. roles.AlwaysTrained] },
        StagewiseOptimizerOptions all => all with { Frozen = [.. all.Frozen, .. roles.Frozen] },
    });

    private protected sealed override TrainingMethod? WithOptions(object options) => options.GetType() == typeof(TOptions) ? this with { Options = (TOptions)options } : null;
}
