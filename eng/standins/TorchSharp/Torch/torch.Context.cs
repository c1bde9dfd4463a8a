namespace TorchSharp;

public static partial class torch
{
    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.ThreadSingleton.CurrentDisposeScope;

    public static DisposeScope NewDisposeScope() => DisposeScopeManager.ThreadSingleton.NewDisposeScope();

    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using var scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }

    public static int get_num_threads() => Native.bl_get_num_threads();
    public static void set_num_threads(int num) => Native.Check(Native.bl_set_num_threads(num));

    public static bool is_grad_enabled() => Native.bl_is_grad_enabled();
    public static IDisposable no_grad() => new GradMode(false);
    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);
    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    /// <summary>Whether operations record their graph, until it is disposed.</summary>
    private sealed class GradMode : IDisposable
    {
        private readonly bool before = Native.bl_is_grad_enabled();

        internal GradMode(bool enabled) => Native.bl_set_grad_enabled(enabled);

        public void Dispose() => Native.bl_set_grad_enabled(before);
    }
}
