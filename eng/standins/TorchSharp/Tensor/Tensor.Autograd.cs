namespace TorchSharp;

public static partial class torch
{
    // Gradients.
    public partial class Tensor
    {
        public bool requires_grad
        {
            get => Native.bl_requires_grad(handle);
            set => Native.Check(Native.bl_set_requires_grad(handle, value));
        }

        /// <summary>A new object for the gradient at each reading, or null.</summary>
        public Tensor? grad
        {
            get => Native.bl_grad(handle) is { IsInvalid: false } gradient ? new Tensor(gradient) : null;
            set => Native.Check(Native.bl_set_grad(handle, Native.Optional(value)));
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        public void backward() => autograd.backward(this);

        public Tensor detach() => Made(Native.bl_detach(handle));
    }
}
