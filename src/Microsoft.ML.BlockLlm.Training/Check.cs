using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Checks of option values; the option's name comes from the property that calls.</summary>
internal static class Check
{
    public static int AtLeast(int minimum, int value, [CallerMemberName] string option = "") =>
        value >= minimum ? value : throw new ArgumentOutOfRangeException(option, value, $"{option} must be at least {minimum}.");

    [return: NotNullIfNotNull(nameof(value))]
    public static int? AtLeast(int minimum, int? value, [CallerMemberName] string option = "") =>
        value is null ? null : AtLeast(minimum, value.Value, option);

    public static double Fraction(double value, [CallerMemberName] string option = "") =>
        value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(option, value, $"{option} is a share and must lie between 0 and 1.");

    public static T Defined<T>(T value, [CallerMemberName] string option = "") where T : struct, Enum =>
        Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(option, value, $"{option} must be one of {string.Join(", ", Enum.GetNames<T>())}.");
}
