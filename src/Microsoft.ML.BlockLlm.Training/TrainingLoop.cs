using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Trains a <see cref="StagedModel"/> with a <see cref="StagewiseOptimizer"/> on <see cref="ITrainingData"/>.</summary>
/// <remarks>
/// The loop sets the number of threads libtorch computes with (<see cref="TrainingOptions.Threads"/>), tells the native heap what to do
/// with freed memory (<see cref="TrainingOptions.FreedMemory"/>), has random numbers of its own, which it lends libtorch's global generator for the length of an update,
/// and leaves the model in evaluation mode. Loops may run on several threads at once: their updates take turns.
/// </remarks>
public sealed class TrainingLoop
{
    private readonly StagedModel _model;
    private readonly StagewiseOptimizer _optimizer;
    private readonly TrainingOptions _options;
    private readonly LossFunction? _loss;
    private readonly StageEngine _engine;
    private readonly StageEngine _probingEngine;
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
        _loss = loss;
        _engine = new StageEngine(model, _options.Recompute);
        // A probe goes through all stages, an update seldom. Kept activations of the rare one would set the peak of memory for all.
        _probingEngine = new StageEngine(model, Recompute.All);
        _evaluator = new Evaluator(model, loss);
        optimizer.UseStepCosts(StageCosts.Of(model));
        if (model.StreamedWeights is { } streamed)
            optimizer.UseWeights(streamed.OpenToChange);
    }

    /// <summary>Trains.</summary>
    /// <param name="data">The training data.</param>
    /// <param name="validation">Data to evaluate the model on while it is trained. Default null: none.</param>
    /// <param name="progress">
    /// Takes a report after every update. Where training is cancelled in an evaluation, the report is without it, and a run that goes on makes it once more, with it. Default null: nobody.
    /// </param>
    /// <param name="cancellationToken">Ends training before its next batch, of several to an update too, and saves a checkpoint if there are any; an update that is not complete by then is not made. The model then has the best weights so far: those of the best evaluation, or the latest.</param>
    /// <returns>What was done, and what it cost. With checkpoints, also what was done before an interruption.</returns>
    /// <exception cref="ArgumentException">
    /// The data does not say how many examples it has, and <see cref="TrainingOptions.MaxSteps"/> is not set. Or going back to a checkpoint is wanted, and there are none. Or checkpoints are wanted
    /// of a model whose weights are streamed.
    /// </exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient is not finite. The model is as it was before that step.</exception>
    /// <exception cref="OutOfTrainingMemoryException">There is no memory for an update or an evaluation.</exception>
    /// <exception cref="CheckpointException">A checkpoint cannot be written, is of another training, or none can be read.</exception>
    public TrainingSummary Run(
        ITrainingData data, ITrainingData? validation = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (_options is { OnNonFinite: NonFinitePolicy.RollBack, Checkpoints: null })
            throw new ArgumentException($"{nameof(_options.OnNonFinite)} is {NonFinitePolicy.RollBack}, which goes back to a checkpoint, and there are none. Set {nameof(_options.Checkpoints)}.", nameof(data));
        if (_options.Checkpoints is not null && _model.StreamedWeights is { } streamed)
            throw new ArgumentException($"Checkpoints hold all weights that are trained, and those of this model stay in {streamed.Source}. Leave out {nameof(_options.Checkpoints)}, and save the model in a new folder now and then.", nameof(data));
        TorchThreads.Set(_options.Threads);
        NativeHeap.Set(_options.FreedMemory);
        using var state = new TrainingState(new TrainingRecord(_options, _model, data.Count), new TrainingPasses(data, _options), _options, _model.parameters().First().device_type, _model.StreamedWeights)
        {
            Validation = validation is null ? null : new ValidationData(validation, _options),
        };
        using var learningRate = new ScheduledLearningRate(_optimizer, _options, state.Record.TotalSteps);
        using var checkpoints = _options.Checkpoints is null
            ? null
            : new RunCheckpoints(_model, _optimizer, _options, state, new RunDescription(_model, _optimizer, _options, data, validation));
        checkpoints?.Resume();
        var stopReason = StopReason.Completed;
        try
        {
            _model.train();
            stopReason = Train(progress, state, learningRate, checkpoints, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            stopReason = StopReason.Canceled;
        }
        finally
        {
            _model.eval();
        }

        checkpoints?.SaveLast();
        foreach (var parameter in state.Best.Restore())
            _optimizer.WeightsReplaced(parameter);
        return state.Record.Summarize(stopReason, state.Best.Evaluation.Step);
    }

    private StopReason Train(
        IProgress<TrainingProgress>? progress, TrainingState state, ScheduledLearningRate learningRate, RunCheckpoints? checkpoints, CancellationToken cancellationToken)
    {
        var nonFinite = new NonFiniteUpdates(_options.OnNonFinite, _optimizer, state.Record, checkpoints);
        nonFinite.Prepare();
        state.Passes.ReadOn(cancellationToken);
        // A run may have been interrupted when it was to evaluate, or to stop. Its last update was then reported without the evaluation.
        if (TryEvaluate(state, checkpoints, state.Record.IsEvaluationDue, cancellationToken))
            progress?.Report(state.Record.ToProgress());
        while (!state.Best.IsPatienceExhausted && !state.Record.IsComplete && state.Passes.TryOpen())
        {
            state.Record.Epoch = state.Passes.Epoch;
            while (!state.Record.IsComplete && ReadGroup(state, cancellationToken) is { } group)
            {
                using var owned = group;
                learningRate.SetFor(state.Record.Step + 1);
                if (!nonFinite.TryUpdate(() => Step(group, state, learningRate.Current, cancellationToken)))
                    continue;

                try
                {
                    TryEvaluate(state, checkpoints, state.Record.IsEvaluationDue, cancellationToken);
                }
                finally
                {
                    // The update is made, also where its evaluation is cancelled.
                    progress?.Report(state.Record.ToProgress());
                }

                checkpoints?.AfterUpdate();
                if (state.Best.IsPatienceExhausted)
                    return StopReason.EarlyStopped;
            }

            if (state.Record.IsComplete)
                break;
            state.Passes.Close();
            checkpoints?.AfterEpoch();
        }

        // Where updates were skipped, the data ends before the run is complete.
        TryEvaluate(state, checkpoints, !state.Record.IsEvaluated, cancellationToken);
        return state.Best.IsPatienceExhausted ? StopReason.EarlyStopped : StopReason.Completed;
    }

    private static BatchGroup? ReadGroup(TrainingState state, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var started = Stopwatch.GetTimestamp();
        var group = state.Passes.Next();
        state.Record.DataTime += Stopwatch.GetElapsedTime(started);
        return group;
    }

    private void Step(BatchGroup group, TrainingState state, double learningRate, CancellationToken cancellationToken)
    {
        using var turn = state.Random.TakeTurn();
        var record = state.Record;
        try
        {
            RunProbes(group, record, learningRate);
            var (loss, accuracy) = Accumulate(group, record, state.Best, learningRate, cancellationToken);
            var report = Update(loss, record);
            record.AddStep(loss, accuracy, group.TokenCount, learningRate, report);
        }
        catch (NonFiniteGradientException exception)
        {
            throw new TrainingDivergedException(record.Step + 1, exception.Message.TrimEnd('.'), learningRate, exception);
        }
        catch (ExternalException exception) when (MemoryShortage.Is(exception))
        {
            _optimizer.Discard();
            throw Shortage(state.Validation).Explain(record.Step + 1, group, exception);
        }
        catch (Exception exception)
        {
            // Whatever ended the step, its first micro-batches must not count in another.
            _optimizer.Discard();
            if (exception is OperationCanceledException)
            {
                // A run that goes on makes the whole update, with the same data and the same random numbers.
                turn.Undo();
                state.Passes.TakeBack();
            }

            throw;
        }
    }

    private void RunProbes(BatchGroup group, TrainingRecord record, double learningRate)
    {
        while (_optimizer.NeedsProbe)
        {
            // The first batch stands for the whole group: a probe ranks blocks, it updates nothing.
            RunBatch(_probingEngine, group.Batches[0], 1, _optimizer.Probe, record, learningRate);
            _optimizer.EndProbe();
        }
    }

    private (double Loss, double Accuracy) Accumulate(BatchGroup group, TrainingRecord record, BestModel best, double learningRate, CancellationToken cancellationToken)
    {
        var (loss, accuracy) = (0.0, 0.0);
        foreach (var batch in group.Batches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var share = group.ShareOf(batch);
            _optimizer.UseBatchShare(share);
            var (batchLoss, batchAccuracy) = RunBatch(_engine, batch, share, Take, record, learningRate);
            loss += share * batchLoss;
            accuracy += share * batchAccuracy;
        }

        return (loss, accuracy);

        void Take(Parameter parameter, Tensor gradient)
        {
            if (_optimizer.MayChange(parameter))
                best.BeforeUpdate(parameter);
            _optimizer.Accumulate(parameter, gradient);
        }
    }

    /// <summary>Runs one batch forward and backward; returns its mean loss and accuracy.</summary>
    private (double Loss, double Accuracy) RunBatch(
        StageEngine engine, TrainingBatch batch, double share, Action<Parameter, Tensor> receive, TrainingRecord record, double learningRate)
    {
        var correct = 0L;
        var pass = engine.ForwardBackward(batch, MeasureLoss, _optimizer.NeedsGradient, receive, share);
        record.ForwardTime += pass.Forward;
        record.BackwardTime += pass.Backward;
        return double.IsFinite(pass.Loss)
            ? (pass.Loss, batch.HasClassTargets ? (double)correct / batch.TargetCount : double.NaN)
            : throw new TrainingDivergedException(record.Step + 1, $"the loss is {pass.Loss}", learningRate);

        BackwardStart MeasureLoss(Tensor output, TrainingBatch part, double scale)
        {
            if (part.HasClassTargets)
            {
                using var count = CrossEntropy.CountCorrect(output, part);
                correct += count.item<long>();
            }

            return BackwardStart.Of(output, part, scale, _loss);
        }
    }

    private UpdateReport Update(double loss, TrainingRecord record)
    {
        var started = Stopwatch.GetTimestamp();
        var report = _optimizer.Update(loss);
        record.OptimizerTime += Stopwatch.GetElapsedTime(started);
        return report;
    }

    /// <summary>Evaluates, if there is data for it and it is time.</summary>
    private bool TryEvaluate(TrainingState state, RunCheckpoints? checkpoints, bool isDue, CancellationToken cancellationToken)
    {
        if (state.Validation is not { } validation || !isDue)
            return false;
        var record = state.Record;
        var started = Stopwatch.GetTimestamp();
        var result = Measure(validation, record.Step, cancellationToken);
        record.EvaluationTime += Stopwatch.GetElapsedTime(started);
        record.AddEvaluation(result);
        state.Best.Observe(record.Step, result);
        checkpoints?.AfterEvaluation();
        return true;
    }

    private EvaluationResult Measure(ValidationData validation, long step, CancellationToken cancellationToken)
    {
        try
        {
            return _evaluator.Evaluate(validation, _options.BatchSize, cancellationToken);
        }
        catch (ExternalException exception) when (MemoryShortage.Is(exception))
        {
            throw Shortage(validation).ExplainEvaluation(step, exception);
        }
    }

    private MemoryShortage Shortage(ValidationData? validation) => new(_model, _optimizer, _options, keepsBest: validation is not null && _options.RestoreBest);
}
