using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>A matrix of independent standard normal numbers that a key stands for, so that it can be made again and need not be kept.</summary>
internal static class GaussianMatrix
{
    private const float Step = 1f / (1 << 24);

    /// <summary>
    /// By Box and Muller (1958): number i of the key's SplitMix64 sequence gives u = (its upper 24 bits + 1) / 2²⁴ and a = 2π · (its lower 24 bits) / 2²⁴, and with
    /// them √(−2 ln u) · cos a, and √(−2 ln u) · sin a in the second half of the matrix, which is filled row by row.
    /// </summary>
    /// <returns>The matrix, float32 [rows, columns]; the caller's to dispose.</returns>
    public static Tensor Create(long rows, long columns, ulong key, Device device)
    {
        using var scope = NewDisposeScope();
        long count = rows * columns, half = (count + 1) / 2;
        var (radii, angles) = (new float[half], new float[half]);
        for (long i = 0; i < half; i++)
        {
            ulong bits = SplitMix64.At(key, i);
            radii[i] = ((bits >> 40) + 1) * Step;
            angles[i] = (bits & 0xFFFFFF) * Step;
        }

        var radius = tensor(radii, device: device).log().mul_(-2).sqrt_();
        var angle = tensor(angles, device: device).mul_(2 * Math.PI);
        return cat([radius * angle.cos(), radius * angle.sin()]).narrow(0, 0, count).view(rows, columns).MoveToOuterDisposeScope();
    }
}
