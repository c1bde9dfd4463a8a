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
        public Tensor bernoulli(Generator? generator = null) => Made(Native.bl_bernoulli(handle, Native.Optional(generator)));
        public Tensor bernoulli_(double p = 0.5, Generator? generator = null) => Changed(Native.bl_bernoulli_(handle, p, Native.Optional(generator)));
        public Tensor random_(double from, double to, Generator? generator = null) =>
            Changed(Native.bl_random_(handle, from, to, Native.Optional(generator)));
        public Tensor exponential_(double lambda = 1, Generator? generator = null) =>
            Changed(Native.bl_exponential_(handle, lambda, Native.Optional(generator)));
        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null) =>
            Made(Native.bl_multinomial(handle, num_samples, replacement, Native.Optional(generator)));
    }
}
