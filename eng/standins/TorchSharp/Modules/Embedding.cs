using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    public sealed class Embedding : nn.Module<Tensor, Tensor>
    {
        private readonly long paddingIndex;
        [ComponentName(Name = nameof(weight))] private Parameter _weight;

        internal Embedding(long num_embeddings, long embedding_dims, long? padding_idx, Device? device, ScalarType? dtype) : base(nameof(Embedding))
        {
            paddingIndex = padding_idx ?? -1;
            _weight = Linear.Owned(empty(num_embeddings, embedding_dims, dtype, device));
            nn.init.normal_(_weight);
            if (padding_idx is { } padding)
            {
                using var _ = no_grad();
                using var row = _weight[padding];
                row.fill_(0);
            }
            RegisterComponents();
        }

        public Parameter weight
        {
            get => _weight;
            set => ReplaceParameter(nameof(weight), ref _weight, value);
        }

        public override Tensor forward(Tensor input) => new(Native.bl_embedding(input.handle, _weight.handle, paddingIndex, false, false));
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>The original's options max_norm, norm_type, scale_grad_by_freq and sparse are not supported here.</summary>
            public static Embedding Embedding(long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null,
                double norm_type = 2.0, bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
            {
                if (max_norm is not null || scale_grad_by_freq || sparse)
                    throw new NotSupportedException("This stand-in of TorchSharp has no max_norm, scale_grad_by_freq and sparse for embeddings.");
                return new Embedding(num_embeddings, embedding_dims, padding_idx, device, dtype);
            }
        }
    }
}
