namespace Microsoft.ML.SearchSpace.Option;

/// <summary>A number of a range, evenly spread over it or over its logarithm.</summary>
public abstract class UniformNumericOption : OptionBase
{
    public UniformNumericOption(double min, double max, bool logBase = false)
    {
        Min = min;
        Max = max;
        LogBase = logBase;
        Default = [0.0];
    }

    public double Min { get; }

    public double Max { get; }

    public bool LogBase { get; }

    public override int FeatureSpaceDim => 1;

    public override int?[] Step => [null];

    public override Parameter SampleFromFeatureSpace(double[] values) =>
        Parameter.FromDouble(LogBase ? Min * Math.Pow(Max / Min, values[0]) : Min + ((Max - Min) * values[0]));

    public override double[] MappingToFeatureSpace(Parameter param)
    {
        var value = param.AsType<double>();
        return [LogBase ? Math.Log(value / Min) / Math.Log(Max / Min) : (value - Min) / (Max - Min)];
    }
}
