namespace TorchSharp;

public static partial class torch
{
    // Life and properties of a tensor.
    public partial class Tensor : IDisposable
    {
        private static long totalCount;

        private TensorHandle native;

        internal Tensor(TensorHandle made, bool register = true)
        {
            if (made.IsInvalid) Native.Throw();
            native = made;
            CountOne();
            if (register) OwningDisposeScope = DisposeScopeManager.ThreadSingleton.RegisterOnCurrentDisposeScope(this);
        }

        private Tensor()
        {
            native = new TensorHandle();
            native.Dispose();
        }

        public static long TotalCount => Interlocked.Read(ref totalCount);

        public bool IsInvalid => native.IsClosed;
        public nint Handle => handle.Value;

        public long[] shape
        {
            get
            {
                var sizes = new long[ndim];
                Native.bl_sizes(handle, sizes);
                return sizes;
            }
        }

        public long dim() => ndim;
        public long ndim => Native.bl_ndim(handle);
        public long numel() => Native.bl_numel(handle);
        public long NumberOfElements => numel();
        public long element_size() => Native.bl_element_size(handle);
        public long size(int dim) => Native.Checked(Native.bl_size(handle, dim, out var result), result);
        public long[] stride()
        {
            var strides = new long[ndim];
            Native.bl_strides(handle, strides);
            return strides;
        }

        public ScalarType dtype => (ScalarType)Native.bl_dtype(handle);
        public DeviceType device_type => (DeviceType)Native.bl_device_type(handle);
        public int device_index => Native.bl_device_index(handle);
        public Device device => new(device_type, device_index);
        public bool is_floating_point() => dtype.IsFloatingPoint();
        public bool is_contiguous() => Native.bl_is_contiguous(handle);

        internal DisposeScope? OwningDisposeScope { get; set; }

        internal TensorHandle handle =>
            native.IsClosed ? throw new InvalidOperationException("Tensor invalid -- empty handle.") : native;

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (native.IsClosed) return;
            OwningDisposeScope?.MarkAsDisposed(this);
            native.Dispose();
        }

        public override string ToString() => $"[{string.Join('x', shape)}], type = {dtype}, device = {device}";

        /// <summary>A tensor that <see cref="IsInvalid"/>: the gradient of an input that was not used, for one.</summary>
        internal static Tensor Undefined() => new();

        /// <summary>Hands the native tensor over and leaves this object as if disposed.</summary>
        internal TensorHandle TakeHandle()
        {
            var taken = handle;
            native = new TensorHandle();
            native.Dispose();
            UncountOne();
            return taken;
        }

        private static Tensor Made(TensorHandle made) => new(made);

        private static (Tensor, Tensor) Made(int status, TensorHandle first, TensorHandle second)
        {
            Native.Check(status);
            return (new(first), new(second));
        }

        internal static Tensor[] Made(int status, nint data, long count)
        {
            Native.Check(status);
            return TensorArray.Take(data, count);
        }

        private Tensor Changed(int status)
        {
            Native.Check(status);
            return this;
        }

        internal static void UncountOne() => Interlocked.Decrement(ref totalCount);

        private static void CountOne() => Interlocked.Increment(ref totalCount);
    }
}
