using System.Text.Json;
using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>The search space of a trainer: the default one around its options, with the entries of the user's own in their place.</summary>
internal static class TrainerSearchSpace
{
    private static readonly string[] _names =
        [nameof(TrainerValues.LearningRate), nameof(TrainerValues.Sparsity), nameof(TrainerValues.Patience), nameof(TrainerValues.Epochs), nameof(TrainerValues.BatchSize), nameof(TrainerValues.Method)];

    public static SearchSpace.SearchSpace Of(BlockLlmTextClassificationOptions options) =>
        Around(options.Method, takesAdapters: options.Model.HasPretrainedWeights && options.FreezeEmbeddings).With(
            (nameof(options.Epochs), Choice(options.Epochs, 1, 2, 3, 4, 6, 8)),
            (nameof(options.BatchSize), Choice(options.BatchSize, 8, 16, 32, 64)));

    public static SearchSpace.SearchSpace Of(BlockLlmLanguageModelOptions options)
    {
        var space = Around(options.Method, takesAdapters: options is { Model.HasPretrainedWeights: true, FreezeEmbeddings: not false })
            .With((nameof(options.BatchSize), Choice(options.BatchSize, 4, 8, 16, 32)));
        return options.MaxSteps is null ? space.With((nameof(options.Epochs), Choice(options.Epochs, 1, 2, 3))) : space;
    }

    /// <summary>Puts the user's entries in the place of the default ones, and tries their values.</summary>
    /// <param name="space">The default search space.</param>
    /// <param name="own">The user's entries, or null.</param>
    /// <param name="use">Makes options of values, which checks them.</param>
    /// <exception cref="ArgumentException">An entry has an unknown name, or values that cannot be used.</exception>
    public static SearchSpace.SearchSpace With(this SearchSpace.SearchSpace space, SearchSpace.SearchSpace? own, Func<TrainerValues, object> use)
    {
        foreach (var (name, option) in own is null ? [] : own.AsEnumerable())
        {
            if (!_names.Contains(name))
                throw new ArgumentException($"The search space has an entry '{name}', but a sweep varies only {string.Join(", ", _names)}. Set all else in the options.", nameof(own));
            foreach (var value in Examples(option))
                Try(name, value, use);
            space[name] = option;
        }
        return space;
    }

    /// <param name="method">The options' method.</param>
    /// <param name="takesAdapters">Whether the model and what is frozen of it suit methods that train adapters.</param>
    private static SearchSpace.SearchSpace Around(TrainingMethod method, bool takesAdapters)
    {
        var learningRate = method.LearningRate;
        var space = new SearchSpace.SearchSpace
        {
            [nameof(TrainerValues.LearningRate)] = new UniformDoubleOption(learningRate / 10, learningRate * 10, logBase: true, learningRate),
        };
        if (method is not BlockLlmMethod { Options: var options })
            return space;
        if (takesAdapters)
            space = space.With((nameof(TrainerValues.Method), new ChoiceOption([method.Name, TrainingMethod.Lora().Name], method.Name)));
        space = space.With((nameof(options.Sparsity), Choice(options.Sparsity, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99)));
        return options.Reselection is ReselectionRule.LossPatience rule ? space.With((nameof(rule.Patience), Choice(rule.Patience, 10, 25, 50, 100, 200))) : space;
    }

    private static SearchSpace.SearchSpace With(this SearchSpace.SearchSpace space, params (string Name, OptionBase Option)[] entries)
    {
        foreach (var (name, option) in entries)
            space[name] = option;
        return space;
    }

    /// <summary>Some values in rising order, so that neighbours are alike, with the options' own among them.</summary>
    private static ChoiceOption Choice<T>(T own, params T[] values) where T : struct =>
        new([.. values.Append(own).Distinct().Order().Cast<object>()], own);

    /// <summary>The values of a choice; of a range its ends and one in between.</summary>
    private static IEnumerable<SearchSpace.Parameter> Examples(OptionBase option) => option switch
    {
        ChoiceOption choice => choice.Choices,
        UniformNumericOption range => new[] { 0, 0.37, 1 }.Select(feature => range.SampleFromFeatureSpace([feature])),
        _ => throw new ArgumentException($"The search space has an entry of type {option.GetType().Name}; possible are ranges of numbers and choices."),
    };

    private static void Try(string name, SearchSpace.Parameter value, Func<TrainerValues, object> use)
    {
        var parameter = SearchSpace.Parameter.CreateNestedParameter(KeyValuePair.Create(name, value));
        try
        {
            use(TrainerValues.Of(parameter));
        }
        catch (Exception exception) when (exception is ArgumentException or JsonException or InvalidOperationException or FormatException)
        {
            throw new ArgumentException($"The search space's entry '{name}' gives {value}, which the trainer does not take: {exception.Message}", exception);
        }
    }
}
