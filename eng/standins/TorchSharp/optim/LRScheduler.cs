namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            /// <summary>Sets the learning rate of each group as steps go by. Its first step is taken when it is made.</summary>
            public abstract class LRScheduler
            {
                protected int _step_count;

                private readonly Optimizer optimizer = null!;
                private readonly double[] initialRates = [];
                private double[] rates = [];
                private int epoch;

                protected LRScheduler(Optimizer optimizer, int last_epoch = -1, bool verbose = false)
                {
                    ArgumentNullException.ThrowIfNull(optimizer);
                    this.optimizer = optimizer;
                    epoch = last_epoch;
                    initialRates = [.. optimizer.ParamGroups.Select(group => group.InitialLearningRate)];
                }

                public virtual void step() => step(null);

                public virtual void step(int? epoch)
                {
                    _step_count++;
                    this.epoch = epoch ?? this.epoch + 1;
                    rates = [.. epoch is null ? get_lr() : get_closed_form_lr()];
                    foreach (var (group, rate) in optimizer.ParamGroups.Zip(rates)) group.LearningRate = rate;
                }

                protected virtual IEnumerable<double> get_lr() => CurrentRates;
                protected virtual IEnumerable<double> get_closed_form_lr() => get_lr();

                internal int Epoch => epoch;
                internal IEnumerable<double> InitialRates => initialRates;
                internal IEnumerable<double> CurrentRates => optimizer.ParamGroups.Select(group => group.LearningRate);
            }
        }
    }
}
