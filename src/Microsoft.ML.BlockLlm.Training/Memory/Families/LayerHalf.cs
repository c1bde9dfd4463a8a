namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What one half of a transformer layer takes, attention or feed-forward block, in numbers.</summary>
/// <param name="Saved">What its graph keeps.</param>
/// <param name="Forward">What its forward pass needs beside that at its largest.</param>
/// <param name="Backward">What its backward pass needs beside that and the gradient of its output at its largest.</param>
internal readonly record struct LayerHalf(long Saved, long Forward, long Backward)
{
    /// <summary>A layer of two halves. When the first runs forward the second has kept nothing yet, and when it runs backward nothing any more.</summary>
    /// <param name="numberSize">Bytes of a number.</param>
    /// <param name="output">Numbers of the layer's output.</param>
    /// <param name="first">The half that runs first.</param>
    /// <param name="second">The half that runs after it.</param>
    public static ActivationMemory Layer(long numberSize, long output, LayerHalf first, LayerHalf second) => new()
    {
        Output = numberSize * output,
        Saved = numberSize * (first.Saved + second.Saved),
        Forward = numberSize * Math.Max(first.Forward - second.Saved - output, second.Forward),
        Backward = numberSize * Math.Max(first.Backward - second.Saved, second.Backward),
    };
}
