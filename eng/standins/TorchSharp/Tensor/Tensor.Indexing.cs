using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    // Index expressions, as in x[1, ..3, mask].
    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => index(TensorIndex.Single(i1));
            set => index_put_(value, TensorIndex.Single(i1));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => index(TensorIndex.Single(i1), TensorIndex.Single(i2));
            set => index_put_(value, TensorIndex.Single(i1), TensorIndex.Single(i2));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => index(TensorIndex.Single(i1), TensorIndex.Single(i2), TensorIndex.Single(i3));
            set => index_put_(value, TensorIndex.Single(i1), TensorIndex.Single(i2), TensorIndex.Single(i3));
        }

        public Tensor index(params TensorIndex[] indices)
        {
            var values = Values(indices);
            var result = Made(Native.bl_index(handle, values, values.Length));
            GC.KeepAlive(indices);
            return result;
        }

        public Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            var values = Values(indices);
            Native.Check(Native.bl_index_put_(handle, values, values.Length, value.handle));
            GC.KeepAlive(indices);
            return this;
        }

        private static IndexValue[] Values(TensorIndex[] indices) => Array.ConvertAll(indices, index => index.Value);
    }
}
