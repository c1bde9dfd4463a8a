namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>Names that AutoML gives to the parts of a trial's parameters.</summary>
internal static class TrialParameters
{
    /// <summary>The parameters of the pipeline, each step's under its name.</summary>
    public const string Pipeline = "_pipeline_";

    /// <summary>Among these, the names of the steps in their order.</summary>
    public const string Schema = "_SCHEMA_";

    /// <summary>The parameters of the pipeline without budgets.</summary>
    public static SearchSpace.Parameter WithoutBudgets(SearchSpace.Parameter parameter)
    {
        var pipeline = parameter[Pipeline];
        return SearchSpace.Parameter.CreateNestedParameter([.. pipeline.Keys.Select(step => KeyValuePair.Create(step, WithoutBudget(pipeline[step])))]);
    }

    private static SearchSpace.Parameter WithoutBudget(SearchSpace.Parameter step) =>
        step.ParameterType == SearchSpace.ParameterType.Object
            ? SearchSpace.Parameter.CreateNestedParameter([.. step.Where(item => item.Key != TrialBudget.Name)])
            : step;
}
