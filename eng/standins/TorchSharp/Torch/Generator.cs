namespace TorchSharp;

public static partial class torch
{
    public static Generator manual_seed(long seed) => Generator.Default.manual_seed(seed);
    public static Tensor get_rng_state() => Generator.Default.get_state();
    public static void set_rng_state(Tensor new_state) => Generator.Default.set_state(new_state);

    /// <summary>A source of random numbers with a state of its own.</summary>
    public class Generator : IDisposable
    {
        internal readonly GeneratorHandle handle;

        public Generator(ulong seed = 0, Device? device = null) : this(Native.bl_generator_new(seed)) => this.device = InitializeDevice(device);

        private Generator(GeneratorHandle handle)
        {
            this.handle = handle;
            device = CPU;
        }

        public static Generator Default { get; } = new(Native.bl_generator_default());

        public Device device { get; }

        public Generator manual_seed(long seed)
        {
            Native.bl_generator_manual_seed(handle, seed);
            return this;
        }

        public Tensor get_state() => new(Native.bl_generator_get_state(handle));
        public void set_state(Tensor value) => Native.Check(Native.bl_generator_set_state(handle, value.handle));

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (this != Default) handle.Dispose();
        }
    }
}
