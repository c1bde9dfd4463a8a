namespace TorchSharp;

public static partial class torch
{
    // Random numbers.
    public partial class Tensor
    {
        public Tensor uniform_(double from, double to, Generator? generator = null) =>
            Changed(Native.bl_uniform_(handle, from, to, Native.Optional(generator)));
        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null) =>
            Changed(Native.bl_normal_(handle, mean, std, Native.Optional(generator)));
    }
}
