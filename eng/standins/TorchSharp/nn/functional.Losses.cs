namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public enum Reduction
        {
            None = 0,
            Mean = 1,
            Sum = 2,
        }

        public static partial class functional
        {
            public static Tensor cross_entropy(Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100,
                Reduction reduction = Reduction.Mean, double label_smoothing = 0) =>
                new(Native.bl_cross_entropy(input.handle, target.handle, Native.Optional(weight), ignore_index, (long)reduction, label_smoothing));

            public static Tensor nll_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                new(Native.bl_nll_loss(input.handle, target.handle, Native.Optional(weight), (long)reduction));

            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                new(Native.bl_mse_loss(input.handle, target.handle, (long)reduction));

            public static Tensor kl_div(Tensor input, Tensor target, bool log_target = true, Reduction reduction = Reduction.Mean) =>
                new(Native.bl_kl_div(input.handle, target.handle, (long)reduction, log_target));

            public static Tensor binary_cross_entropy_with_logits(Tensor input, Tensor target, Tensor? weight = null,
                Reduction reduction = Reduction.Mean, Tensor? pos_weights = null) =>
                new(Native.bl_binary_cross_entropy_with_logits(input.handle, target.handle, Native.Optional(weight), Native.Optional(pos_weights),
                    (long)reduction));
        }
    }
}
