namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) =>
                new(Native.bl_linear(input.handle, weights.handle, Native.Optional(bias)));

            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-05) =>
                new(Native.bl_layer_norm(input.handle, normalized_shape, normalized_shape.Length, Native.Optional(weight), Native.Optional(bias),
                    eps));

            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false)
            {
                if (!inplace) return new Tensor(Native.bl_dropout(input.handle, p, training));
                Native.Check(Native.bl_dropout_(input.handle, p, training));
                return input;
            }

            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_() : x.relu();
            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? x.silu_() : x.silu();
            public static Tensor gelu(Tensor x) => x.gelu();
            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);
            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                new(Native.bl_pad(input.handle, pad, pad.Length, (int)mode, value));

            /// <summary>softmax(QKᵀ/√d + mask)V with dropout on the weights: libtorch 1.13 has no public operator for it.</summary>
            public static Tensor scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0.0,
                bool is_casual = false)
            {
                if (attn_mask is not null && is_casual) throw new ArgumentException("attn_mask should not be set when is_casual is true.");
                return WrappedTensorDisposeScope(() =>
                {
                    var scores = query.matmul(key.transpose(-2, -1)).mul_(1 / Math.Sqrt(query.size(-1)));
                    var hidden = is_casual ? ones(query.size(-2), key.size(-2), ScalarType.Bool).triu(1)
                        : attn_mask?.dtype == ScalarType.Bool ? attn_mask.logical_not() : null;
                    if (hidden is not null) scores = scores.masked_fill_(hidden, double.NegativeInfinity);
                    else if (attn_mask is not null) scores = scores.add_(attn_mask);
                    var weights = scores.softmax(-1);
                    return (p > 0 ? dropout(weights, p) : weights).matmul(value);
                });
            }
        }
    }
}
