namespace Microsoft.ML.SearchSpace.Option;

/// <summary>An integer of a range: the number of the range below it, so that the largest comes up at the very end only.</summary>
public sealed class UniformIntOption : UniformNumericOption
{
    public UniformIntOption(int min, int max, bool logBase = false, int? defaultValue = null)
        : base(min, max, logBase)
    {
        if (defaultValue is { } value)
            Default = MappingToFeatureSpace(Parameter.FromInt(value));
    }

    public override Parameter SampleFromFeatureSpace(double[] values) =>
        Parameter.FromInt((int)Math.Floor(base.SampleFromFeatureSpace(values).AsType<double>()));
}
