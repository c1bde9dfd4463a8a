using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    public sealed class Linear : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = nameof(weight))] private Parameter _weight;
        [ComponentName(Name = nameof(bias))] private Parameter? _bias;

        internal Linear(long inputSize, long outputSize, bool hasBias, Device? device, ScalarType? dtype) : base(nameof(Linear))
        {
            _weight = Owned(empty(outputSize, inputSize, dtype, device));
            Fill(_weight, inputSize);
            if (hasBias)
            {
                _bias = Owned(empty(outputSize, dtype, device));
                Fill(_bias, inputSize);
            }
            RegisterComponents();
        }

        public Parameter weight
        {
            get => _weight;
            set => ReplaceParameter(nameof(weight), ref _weight, value);
        }

        public Parameter? bias
        {
            get => _bias;
            set => ReplaceParameter(nameof(bias), ref _bias, value);
        }

        public override Tensor forward(Tensor tensor) => nn.functional.linear(tensor, _weight, _bias);

        /// <summary>Uniform numbers within ±1/√inputSize, for weights as for the bias.</summary>
        private static void Fill(Parameter parameter, long inputSize)
        {
            using var _ = no_grad();
            var bound = inputSize > 0 ? 1 / Math.Sqrt(inputSize) : 0;
            parameter.uniform_(-bound, bound);
        }

        /// <summary>A parameter that outlives the dispose scope in which its module is made.</summary>
        private static Parameter Owned(Tensor values)
        {
            var parameter = new Parameter(values);
            parameter.DetachFromDisposeScope();
            return parameter;
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, outputSize, hasBias, device, dtype);
        }
    }
}
