using Microsoft.ML.BlockLlm.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Measures a model on a whole set of data, without dropout and without a graph.</summary>
public sealed class Evaluator
{
    private readonly StagedModel _model;
    private readonly StageEngine _engine;
    private readonly LossFunction? _loss;

    /// <summary>Makes an evaluator for a model, which it does not own.</summary>
    /// <param name="model">The model.</param>
    /// <param name="loss">The loss. Default null: <see cref="CrossEntropy.Loss"/>.</param>
    public Evaluator(StagedModel model, LossFunction? loss = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _engine = new StageEngine(model);
        _loss = loss;
    }

    /// <summary>Measures the model. It is put in evaluation mode meanwhile.</summary>
    /// <param name="data">The data.</param>
    /// <param name="batchSize">How many examples go through the model at once; changes no result. Default 32.</param>
    /// <param name="cancellationToken">Ends the evaluation after the current batch.</param>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled.</exception>
    public EvaluationResult Evaluate(ITrainingData data, int batchSize = 32, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        var wasTraining = _model.training;
        _model.eval();
        try
        {
            return Measure(data, batchSize, cancellationToken);
        }
        finally
        {
            _model.train(wasTraining);
        }
    }

    /// <summary>Measures each target of a batch by itself, by its cross-entropy. The model is put in evaluation mode meanwhile.</summary>
    /// <param name="batch">The batch; its targets are class indices, such as the next tokens of texts.</param>
    /// <returns>One result for each target that counts, row after row.</returns>
    /// <exception cref="ArgumentException">The targets are no class indices.</exception>
    public IReadOnlyList<TargetResult> EvaluateTargets(TrainingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (!batch.HasClassTargets)
            throw new ArgumentException("The targets of the batch are values; only class indices can be measured one by one.", nameof(batch));
        var results = new List<TargetResult>();
        var wasTraining = _model.training;
        _model.eval();
        try
        {
            _engine.Forward(batch, (logits, part) => results.AddRange(Each(logits, part)));
        }
        finally
        {
            _model.train(wasTraining);
        }
        return results;
    }

    private static List<TargetResult> Each(Tensor logits, TrainingBatch part)
    {
        using var scope = NewDisposeScope();
        var targets = part.Targets.view(-1);
        var rows = logits.view(-1, logits.shape[^1]).to(ScalarType.Float32);
        var losses = nn.functional.cross_entropy(rows, targets, ignore_index: TrainingBatch.IgnoredTarget, reduction: nn.Reduction.None).cpu().data<float>().ToArray();
        var isCorrect = rows.argmax(-1).eq(targets).cpu().data<bool>().ToArray();
        var counts = targets.ne(TrainingBatch.IgnoredTarget).cpu().data<bool>().ToArray();
        return [.. Enumerable.Range(0, counts.Length).Where(i => counts[i]).Select(i => new TargetResult(losses[i], isCorrect[i]))];
    }

    private EvaluationResult Measure(ITrainingData data, int batchSize, CancellationToken cancellationToken)
    {
        var (lossSum, correct, targets, hasClasses) = (0.0, 0L, 0L, true);
        foreach (var batch in data.ReadAll(batchSize))
        {
            using var scope = NewDisposeScope();
            using var withoutGraph = no_grad();
            using var owned = batch;
            cancellationToken.ThrowIfCancellationRequested();
            _engine.Forward(batch, Add);
        }

        return new EvaluationResult(lossSum / targets, hasClasses ? (double)correct / targets : double.NaN, targets);

        void Add(Tensor output, TrainingBatch part)
        {
            lossSum += part.TargetCount * BackwardStart.Of(output, part, scale: 1, _loss).Loss;
            targets += part.TargetCount;
            hasClasses &= part.HasClassTargets;
            if (hasClasses)
                correct += CrossEntropy.CountCorrect(output, part).item<long>();
        }
    }
}
