namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>How far a trial may train, and where it waits to be continued.</summary>
/// <param name="Share">Share of all steps after which it stops, above 0 and at most 1.</param>
/// <param name="CheckpointDirectory">The folder of its checkpoint.</param>
internal sealed record TrialBudget(double Share, string CheckpointDirectory)
{
    /// <summary>The name that a budget has among the parameters of a trainer.</summary>
    public const string Name = "_BUDGET_";

    public static TrialBudget? Of(SearchSpace.Parameter parameter) =>
        parameter.TryGetValue(Name, out var budget)
            ? new TrialBudget(budget[nameof(Share)].AsType<double>(), budget[nameof(CheckpointDirectory)].AsType<string>())
            : null;

    public SearchSpace.Parameter ToParameter() => SearchSpace.Parameter.CreateNestedParameter(
        KeyValuePair.Create(nameof(Share), SearchSpace.Parameter.FromDouble(Share)),
        KeyValuePair.Create(nameof(CheckpointDirectory), SearchSpace.Parameter.FromString(CheckpointDirectory)));
}
