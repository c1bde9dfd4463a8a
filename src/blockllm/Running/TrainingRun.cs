using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>What a training does before and after it whatever it trains: it begins its folder, and writes what is known in the end.</summary>
/// <typeparam name="T">The settings.</typeparam>
/// <param name="task">What is trained.</param>
/// <param name="settings">The settings.</param>
/// <param name="entries">The same by name, to be saved.</param>
/// <param name="folder">The folder.</param>
internal sealed class TrainingRun<T>(PlanTask task, T settings, IReadOnlyList<(string Key, object? Value)> entries, RunFolder folder) where T : TrainerSettings, new()
{
    private long _baseline;

    /// <summary>Makes the folder ready, and measures what the process takes before there is a model.</summary>
    /// <param name="resume">Whether to go on from the last checkpoint in the folder.</param>
    /// <returns>Where training saves itself; null if it does not.</returns>
    /// <exception cref="UsageException">A setting of checkpoints is out of range.</exception>
    public CheckpointOptions? Begin(bool resume)
    {
        var checkpoints = settings.ToCheckpointOptions(folder, resume);
        if (!resume)
            folder.Begin(entries);
        _baseline = MemoryBaseline.Measure();
        return checkpoints;
    }

    /// <summary>Saves the model, in place of what a command that was killed was writing.</summary>
    /// <param name="write">Writes it.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void SaveModel(Action<Stream> write)
    {
        // Not before: until training has begun, another one may be running in the folder.
        AtomicFile.DeleteUnfinished(folder.Path);
        AtomicFile.DeleteUnfinished(folder.Export);
        AtomicFile.Write(folder.Model, write);
    }

    /// <summary>The card of the exported model.</summary>
    /// <param name="modelType">The model type, as <c>config.json</c> has it.</param>
    /// <param name="summary">What training did.</param>
    /// <param name="figures">How the model does on the validation data; null if there is none.</param>
    public ModelCard CardOf(string modelType, TrainingSummary summary, IReadOnlyList<(string Figure, string Value)>? figures) => new()
    {
        Task = task,
        ModelType = modelType,
        Settings = settings,
        Changed = entries.Except(new SettingOptions<T>().List(new T())),
        Summary = summary,
        Results = figures ?? [],
    };

    /// <summary>Writes the report.</summary>
    /// <param name="summary">What training did.</param>
    /// <param name="plan">The memory planned for it.</param>
    /// <param name="evaluation">How the model does on the validation data; null if there is none.</param>
    /// <returns>What training prints in the end.</returns>
    public TrainingResult<TEvaluation> End<TEvaluation>(TrainingSummary summary, MemoryPlan plan, TEvaluation? evaluation) where TEvaluation : class
    {
        var memory = TrainingMemory.Of(summary, settings.WeightSize, _baseline, plan);
        var result = TrainingResult<TEvaluation>.Of(folder.Model, summary, memory, evaluation);
        var title = task == PlanTask.Lm ? "Training of a language model" : "Training of a classifier";
        new RunReport(title, summary, plan, _baseline, entries).Write(folder.Report, result.ToString(), evaluation as ClassifierEvaluation);
        return result;
    }
}
