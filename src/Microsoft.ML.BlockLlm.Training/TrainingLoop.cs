using System.Diagnostics;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Trains a <see cref="StagedModel"/> with a <see cref="StagewiseOptimizer"/> on <see cref="ITrainingData"/>.</summary>
/// <remarks>
/// The loop sets the number of threads libtorch computes with (<see cref="TrainingOptions.Threads"/>), tells the native heap what to do
/// with freed memory (<see cref="TrainingOptions.FreedMemory"/>), seeds libtorch's global generator and
/// gives it back as it was, and leaves the model in evaluation mode.
/// </remarks>
public sealed class TrainingLoop
{
    private readonly StagedModel _model;
    private readonly StagewiseOptimizer _optimizer;
    private readonly TrainingOptions _options;
    private readonly LossFunction _loss;
    private readonly StageEngine _engine;
    private readonly Evaluator _evaluator;

    /// <summary>Makes a loop. Model and optimizer stay the caller's to dispose.</summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">The optimizer, built with parameters of the model. Its learning rate is the full one, which the schedule takes shares of.</param>
    /// <param name="options">The options. Default null: those of <c>new TrainingOptions()</c>.</param>
    /// <param name="loss">The loss. Default null: <see cref="CrossEntropy.Loss"/>.</param>
    public TrainingLoop(StagedModel model, StagewiseOptimizer optimizer, TrainingOptions? options = null, LossFunction? loss = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        _model = model;
        _optimizer = optimizer;
        _options = options ?? new TrainingOptions();
        _loss = loss ?? CrossEntropy.Loss;
        _engine = new StageEngine(model, _options.Recompute);
        _evaluator = new Evaluator(model, _loss);
        optimizer.UseStepCosts(StageCosts.Of(model));
    }

    /// <summary>Trains.</summary>
    /// <param name="data">The training data.</param>
    /// <param name="validation">Data to evaluate the model on while it is trained. Default null: none.</param>
    /// <param name="progress">Takes a report after every update. Default null: nobody.</param>
    /// <param name="cancellationToken">Ends training within one step. The model then has the best weights so far: those of the best evaluation, or the latest.</param>
    /// <returns>What was done, and what it cost.</returns>
    /// <exception cref="ArgumentException">The data does not say how many examples it has, and <see cref="TrainingOptions.MaxSteps"/> is not set.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient is not finite. The model is as it was before that step.</exception>
    public TrainingSummary Run(
        ITrainingData data, ITrainingData? validation = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        TorchThreads.Set(_options.Threads);
        NativeHeap.Set(_options.FreedMemory);
        using var randomness = new SeedScope(_options.Seed);
        using var best = new BestModel(_options);
        var record = new TrainingRecord(_options, _model, data.Count);
        var stopReason = StopReason.Completed;
        try
        {
            _model.train();
            stopReason = Train(data, validation, progress, record, best, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            stopReason = StopReason.Canceled;
        }
        finally
        {
            _model.eval();
        }

        best.Restore();
        return record.Summarize(stopReason, best.Step);
    }

    private StopReason Train(
        ITrainingData data, ITrainingData? validation, IProgress<TrainingProgress>? progress, TrainingRecord record, BestModel best, CancellationToken cancellationToken)
    {
        using var learningRate = new ScheduledLearningRate(_optimizer, _options, record.TotalSteps);
        foreach (var group in ReadGroups(data, record))
        {
            using var owned = group;
            cancellationToken.ThrowIfCancellationRequested();

            learningRate.SetFor(record.Step + 1);
            Step(group, record, best, learningRate.Current);

            if (validation is not null && record.IsEvaluationDue)
                Evaluate(validation, record, best, cancellationToken);
            progress?.Report(record.ToProgress());
            if (best.IsPatienceExhausted)
                return StopReason.EarlyStopped;
        }

        return StopReason.Completed;
    }

    private IEnumerable<BatchGroup> ReadGroups(ITrainingData data, TrainingRecord record)
    {
        for (var epoch = 1; epoch <= _options.Epochs && !record.IsComplete; epoch++)
        {
            record.Epoch = epoch;
            using var pass = data.ReadShuffled(_options.BatchSize, unchecked(_options.Seed + (epoch * 1_000_003))).GetEnumerator();
            while (!record.IsComplete)
            {
                var started = Stopwatch.GetTimestamp();
                var group = BatchGroup.Next(pass, _options.GradientAccumulation);
                record.DataTime += Stopwatch.GetElapsedTime(started);
                if (group is null)
                    break;
                yield return group;
            }
        }
    }

    private void Step(BatchGroup group, TrainingRecord record, BestModel best, double learningRate)
    {
        try
        {
            RunProbes(group, record, learningRate);
            var (loss, accuracy) = Accumulate(group, record, best, learningRate);
            var report = Update(loss, record);
            record.AddStep(loss, accuracy, group.TokenCount, learningRate, report);
        }
        catch (NonFiniteGradientException exception)
        {
            throw new TrainingDivergedException(record.Step + 1, exception.Message.TrimEnd('.'), learningRate, exception);
        }
    }

    private void RunProbes(BatchGroup group, TrainingRecord record, double learningRate)
    {
        while (_optimizer.NeedsProbe)
        {
            // The first batch stands for the whole group: a probe ranks blocks, it updates nothing.
            RunBatch(group.Batches[0], 1, _optimizer.Probe, record, learningRate);
            _optimizer.EndProbe();
        }
    }

    private (double Loss, double Accuracy) Accumulate(BatchGroup group, TrainingRecord record, BestModel best, double learningRate)
    {
        var (loss, accuracy) = (0.0, 0.0);
        foreach (var batch in group.Batches)
        {
            var share = group.ShareOf(batch);
            var (batchLoss, batchAccuracy) = RunBatch(batch, share, Take, record, learningRate);
            loss += share * batchLoss;
            accuracy += share * batchAccuracy;
        }

        return (loss, accuracy);

        void Take(Parameter parameter, Tensor gradient)
        {
            best.BeforeUpdate(parameter);
            _optimizer.Accumulate(parameter, gradient);
        }
    }

    /// <summary>Runs one batch forward and backward; returns its mean loss and accuracy.</summary>
    private (double Loss, double Accuracy) RunBatch(
        TrainingBatch batch, double share, Action<Parameter, Tensor> receive, TrainingRecord record, double learningRate)
    {
        var correct = 0L;
        var pass = _engine.ForwardBackward(batch, MeasureLoss, _optimizer.NeedsGradient, receive, share);
        record.ForwardTime += pass.Forward;
        record.BackwardTime += pass.Backward;
        return double.IsFinite(pass.Loss)
            ? (pass.Loss, batch.HasClassTargets ? (double)correct / batch.TargetCount : double.NaN)
            : throw new TrainingDivergedException(record.Step + 1, $"the loss is {pass.Loss}", learningRate);

        Tensor MeasureLoss(Tensor output, TrainingBatch part)
        {
            if (part.HasClassTargets)
            {
                using var count = CrossEntropy.CountCorrect(output, part);
                correct += count.item<long>();
            }

            return _loss(output, part);
        }
    }

    private UpdateReport Update(double loss, TrainingRecord record)
    {
        var started = Stopwatch.GetTimestamp();
        var report = _optimizer.Update(loss);
        record.OptimizerTime += Stopwatch.GetElapsedTime(started);
        return report;
    }

    private void Evaluate(ITrainingData validation, TrainingRecord record, BestModel best, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var result = _evaluator.Evaluate(validation, _options.BatchSize, cancellationToken);
        record.EvaluationTime += Stopwatch.GetElapsedTime(started);
        record.AddEvaluation(result);
        best.Observe(record.Step, result);
    }
}
