namespace Microsoft.ML.SearchSpace.Option;

/// <summary>What may be chosen, as features from 0 to 1 that tuners move in.</summary>
public abstract class OptionBase
{
    public abstract int FeatureSpaceDim { get; }

    /// <summary>Where a search begins, in features.</summary>
    public virtual double[] Default { get; protected set; }

    /// <summary>How many values a grid takes of each feature; null where that is the grid's to say.</summary>
    public abstract int?[] Step { get; }

    public abstract Parameter SampleFromFeatureSpace(double[] values);

    public abstract double[] MappingToFeatureSpace(Parameter value);
}
