using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101, algorithm 2).</summary>
    public class AdamW : OptimizerHelper, optim.IBetas
    {
        public AdamW(IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-08,
            double weight_decay = 0, bool amsgrad = false, bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize) { }

        public AdamW(IEnumerable<ParamGroup> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-08,
            double weight_decay = 0, bool amsgrad = false, bool maximize = false)
        {
            if (amsgrad || maximize) throw new NotSupportedException("This stand-in of TorchSharp has no amsgrad and no maximize.");
            _defaults = new Options
            {
                LearningRate = lr, InitialLearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, amsgrad = amsgrad, maximize = maximize,
            };
            foreach (var group in parameters) add_param_group(group);
        }

        public (double, double) Betas
        {
            get => (Defaults.beta1!.Value, Defaults.beta2!.Value);
            set => (Defaults.beta1, Defaults.beta2) = value;
        }

        private Options Defaults => (Options)_defaults!;

        public override void add_param_group(Modules.ParamGroup param_group)
        {
            param_group.Options ??= new Options();
            var options = (Options)param_group.Options;
            options.LearningRate ??= Defaults.LearningRate;
            options.beta1 ??= Defaults.beta1;
            options.beta2 ??= Defaults.beta2;
            options.eps ??= Defaults.eps;
            options.weight_decay ??= Defaults.weight_decay;
            options.amsgrad ??= Defaults.amsgrad;
            options.maximize ??= Defaults.maximize;
            options.InitialLearningRate = options.LearningRate!.Value;
            _parameter_groups.Add(param_group);
            foreach (var parameter in param_group.Parameters)
            {
                var state = new State(parameter);
                state.Initialize(options);
                _state[parameter.Handle] = state;
            }
        }

        public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(Update, closure);

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            foreach (var (_, state) in _state) ((State)state).Dispose();
        }

        private void Update(ParamGroup group)
        {
            var options = group.Options;
            var (lr, beta1, beta2) = (options.LearningRate!.Value, options.beta1!.Value, options.beta2!.Value);
            foreach (var parameter in group.Parameters)
            {
                var grad = parameter.grad;
                if (grad is null) continue;
                var state = (State)_state[parameter.Handle];
                state.step++;
                parameter.mul_(1 - lr * options.weight_decay!.Value);
                state.exp_avg.mul_(beta1).add_(grad, 1 - beta1);
                state.exp_avg_sq.mul_(beta2).addcmul_(grad, grad, 1 - beta2);
                var denominator = state.exp_avg_sq.sqrt().div_(Math.Sqrt(1 - Math.Pow(beta2, state.step))).add_(options.eps!.Value);
                parameter.addcdiv_(state.exp_avg, denominator, -lr / (1 - Math.Pow(beta1, state.step)));
            }
        }

        public class Options : OptimizerOptions
        {
            public double? beta1;
            public double? beta2;
            public double? eps;
            public double? weight_decay;
            public bool? amsgrad;
            public bool? maximize;

            public override void SaveStateDict(BinaryWriter writer)
            {
                base.SaveStateDict(writer);
                foreach (var value in new[] { beta1, beta2, eps, weight_decay }) writer.Write(value!.Value);
                foreach (var value in new[] { amsgrad, maximize }) writer.Write(value!.Value);
            }

            public override void LoadStateDict(BinaryReader reader)
            {
                base.LoadStateDict(reader);
                beta1 = reader.ReadDouble();
                beta2 = reader.ReadDouble();
                eps = reader.ReadDouble();
                weight_decay = reader.ReadDouble();
                amsgrad = reader.ReadBoolean();
                maximize = reader.ReadBoolean();
                if (amsgrad.Value || maximize.Value)
                    throw new NotSupportedException("This stand-in of TorchSharp has no amsgrad and no maximize.");
            }

            public override void LoadStateDict(OptimizerOptions source)
            {
                base.LoadStateDict(source);
                var options = (Options)source;
                (beta1, beta2, eps, weight_decay) = (options.beta1, options.beta2, options.eps, options.weight_decay);
                (amsgrad, maximize) = (options.amsgrad, options.maximize);
            }
        }

        public class ParamGroup : ParamGroup<Options>, optim.IBetas
        {
            public ParamGroup() { }
            public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options) { }

            public ParamGroup(IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-08, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
                : base(parameters, new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, amsgrad = amsgrad, maximize = maximize })
            {
                if (amsgrad || maximize) throw new NotSupportedException("This stand-in of TorchSharp has no amsgrad and no maximize.");
            }

            public (double, double) Betas
            {
                get => (Options.beta1!.Value, Options.beta2!.Value);
                set => (Options.beta1, Options.beta2) = value;
            }
        }

        public sealed class State : OptimizerState, IDisposable
        {
            public long step;
            public Tensor exp_avg = null!;
            public Tensor exp_avg_sq = null!;

            public State(Parameter parameter) : base(parameter) { }

            public override void Initialize(OptimizerOptions options)
            {
                Dispose();
                step = 0;
                exp_avg = zeros_like(_parameter).DetachFromDisposeScope();
                exp_avg_sq = zeros_like(_parameter).DetachFromDisposeScope();
            }

            public override void SaveStateDict(BinaryWriter writer)
            {
                writer.Write(step);
                exp_avg.Save(writer);
                exp_avg_sq.Save(writer);
                writer.Write(false); // max_exp_avg_sq
            }

            public override void LoadStateDict(BinaryReader reader)
            {
                step = reader.ReadInt64();
                exp_avg.Load(reader);
                exp_avg_sq.Load(reader);
                if (reader.ReadBoolean()) throw new NotSupportedException("This stand-in of TorchSharp has no amsgrad.");
            }

            public override void LoadStateDict(OptimizerState source)
            {
                var state = (State)source;
                step = state.step;
                exp_avg.copy_(state.exp_avg);
                exp_avg_sq.copy_(state.exp_avg_sq);
            }

            public override bool ApproximatelyEquals(OptimizerState other) =>
                other is State state && step == state.step && exp_avg.allclose(state.exp_avg) && exp_avg_sq.allclose(state.exp_avg_sq);

            public void Dispose()
            {
                exp_avg?.Dispose();
                exp_avg_sq?.Dispose();
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static AdamW AdamW(IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999,
                double eps = 1e-08, double weight_decay = 0, bool amsgrad = false, bool maximize = false) =>
                new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
        }
    }
}
