namespace TorchSharp;

public static partial class torch
{
    public static class autograd
    {
        /// <summary>The gradients of the outputs with respect to the inputs; that of an unused input, if allowed, is an invalid tensor (not null).</summary>
        public static IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null,
            bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            var roots = Handles(outputs);
            var leaves = Handles(inputs);
            var weights = Handles(grad_outputs);
            var result = Tensor.Made(
                Native.bl_autograd_grad(roots, roots.Length, leaves, leaves.Length, weights, weights.Length, retain_graph, create_graph,
                    allow_unused, out var data, out var count), data, count);
            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return result;
        }

        public static void backward(IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null,
            bool create_graph = false, IList<Tensor>? inputs = null)
        {
            var roots = Handles(tensors);
            var weights = Handles(grad_tensors);
            var leaves = Handles(inputs);
            Native.Check(Native.bl_autograd_backward(roots, roots.Length, weights, weights.Length, retain_graph ?? create_graph, create_graph,
                leaves, leaves.Length));
            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
            GC.KeepAlive(inputs);
        }

        public static void backward(Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false,
            IList<Tensor>? inputs = null) => backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        private static nint[] Handles(IList<Tensor>? tensors) => tensors is null ? [] : Native.Handles([.. tensors]);
    }
}
