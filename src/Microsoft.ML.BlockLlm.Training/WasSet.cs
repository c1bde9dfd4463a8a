namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Whether an option was set, or has its default. It has no part in comparing options: a default that was written down is the same option.</summary>
internal readonly struct WasSet : IEquatable<WasSet>
{
    public static WasSet Yes { get; } = new() { IsSo = true };

    public bool IsSo { get; private init; }

    public bool Equals(WasSet other) => true;

    public override bool Equals(object? obj) => obj is WasSet;

    public override int GetHashCode() => 0;
}
