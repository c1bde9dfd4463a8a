using System.Reflection;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>How a model file is refused: by a <see cref="FormatException"/>, which ML.NET wraps once for each loader that it calls by reflection, and around which nothing else is.</summary>
internal static class Refusal
{
    /// <summary>The refusal; loading must end in one.</summary>
    public static FormatException Of(Action load)
    {
        Exception thrown = Assert.ThrowsExactly<TargetInvocationException>(load);
        while (thrown is TargetInvocationException { InnerException: { } inner })
            thrown = inner;
        return thrown as FormatException ?? throw new AssertFailedException($"What is refused is to be a FormatException, and was {thrown}");
    }
}
