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
            nn.init.kaiming_uniform_(_weight, Math.Sqrt(5));
            if (hasBias)
            {
                var bound = inputSize > 0 ? 1 / Math.Sqrt(inputSize) : 0;
                _bias = Owned(empty(outputSize, dtype, device));
                nn.init.uniform_(_bias, -bound, bound);
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

        /// <summary>A parameter that outlives the dispose scope in which its module is made.</summary>
        internal static Parameter Owned(Tensor values)
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
