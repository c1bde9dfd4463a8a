using System.Globalization;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Maps values of an axis to places in a drawing.</summary>
/// <param name="low">The value at <paramref name="from"/>.</param>
/// <param name="high">The value at <paramref name="to"/>.</param>
/// <param name="from">Where the axis begins.</param>
/// <param name="to">Where it ends.</param>
internal sealed class ChartAxis(double low, double high, double from, double to)
{
    private const int Ticks = 5;

    private readonly double _span = high > low ? high - low : 1;

    /// <summary>The place of a value.</summary>
    public double At(double value) => from + ((value - low) / _span * (to - from));

    /// <summary>Round values along the axis: multiples of 1, 2 or 5 times a power of ten.</summary>
    public IEnumerable<double> RoundValues()
    {
        var rough = _span / Ticks;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * ((rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
        for (var value = Math.Ceiling(low / step) * step; value <= low + _span + (step * 1e-9); value += step)
            yield return Math.Abs(value) < step * 1e-9 ? 0 : value;
    }

    /// <summary>A coordinate as SVG has it.</summary>
    public static string Place(double coordinate) => coordinate.ToString("0.#", CultureInfo.InvariantCulture);
}
