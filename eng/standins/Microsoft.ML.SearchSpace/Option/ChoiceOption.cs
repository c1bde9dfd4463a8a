namespace Microsoft.ML.SearchSpace.Option;

/// <summary>One of several values. A single one is no choice, and has no feature.</summary>
public sealed class ChoiceOption : OptionBase
{
    public ChoiceOption(params object[] choices)
    {
        Choices = [.. choices.Select(Parameter.FromObject)];
        Default = [.. Enumerable.Repeat(0.0, FeatureSpaceDim)];
    }

    public ChoiceOption(object[] choices, object defaultChoice)
        : this(choices)
    {
        if (defaultChoice is not null)
            Default = MappingToFeatureSpace(Parameter.FromObject(defaultChoice));
    }

    public Parameter[] Choices { get; }

    public override int FeatureSpaceDim => Choices.Length == 1 ? 0 : 1;

    /// <remarks>As in the original, a single value has a step though it has no feature, which shifts a grid.</remarks>
    public override int?[] Step => [Choices.Length];

    public override Parameter SampleFromFeatureSpace(double[] values) =>
        // In single precision, so that the feature of a choice gives that choice.
        values.Length == 0 ? Choices[0] : Choices[Math.Min((int)(float)(values[0] * Choices.Length), Choices.Length - 1)];

    public override double[] MappingToFeatureSpace(Parameter param) =>
        FeatureSpaceDim == 0 ? [] : [(double)Array.IndexOf(Choices, param) / Choices.Length];
}
