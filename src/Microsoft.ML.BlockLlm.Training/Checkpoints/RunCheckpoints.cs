using System.Runtime.InteropServices;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>The checkpoints of one run: when they are written, which are kept, and which one to go on from.</summary>
internal sealed class RunCheckpoints : IDisposable
{
    private readonly CheckpointOptions _options;
    private readonly TrainingState _state;
    private readonly CheckpointFolder _folder;
    private readonly CheckpointContents _contents;
    private readonly RunDescription _run;
    private readonly HashSet<string> _own = [];
    private readonly HashSet<string> _last = [];
    private readonly Dictionary<string, SavedHistory> _histories = [];
    private long? _saved;

    /// <exception cref="CheckpointException">The folder cannot be used.</exception>
    public RunCheckpoints(StagedModel model, StagewiseOptimizer optimizer, TrainingOptions options, TrainingState state, RunDescription run)
    {
        _options = options.Checkpoints!;
        _state = state;
        _run = run;
        _contents = new CheckpointContents(model, optimizer, state, run.Texts, _options.AllWeights);
        _folder = new CheckpointFolder(_options.Directory);
    }

    /// <summary>Goes on from the last checkpoint that is whole, if there is any and resuming is wanted.</summary>
    /// <exception cref="CheckpointException">There are checkpoints, but of another training or a newer version, all damaged, or the last one cannot be read.</exception>
    public void Resume()
    {
        if (!_options.Resume)
            return;
        var checkpoints = _folder.All;
        if (TryLoadFirst(checkpoints, goesBack: false) is { } loaded)
        {
            _own.UnionWith(loaded.Remaining);
            // A checkpoint that is named after the best evaluation may be one of the last too, and its name does not say so.
            _last.UnionWith(_own.OrderBy(CheckpointFolder.StepOf).TakeLast(_options.Keep));
            Report(CheckpointEvent.Resumed, loaded.Checkpoint, loaded.Step, $"Training goes on from checkpoint {loaded.Checkpoint}, after update {loaded.Step}.");
        }
        else if (checkpoints.Count > 0)
            throw new CheckpointException(_options.Directory, $"none of its {checkpoints.Count} checkpoints can be read. Delete them, or set {nameof(_options.Resume)} to false, to begin anew.");
    }

    /// <summary>Saves the run after an evaluation, if it was the best and that is wanted.</summary>
    public void AfterEvaluation()
    {
        if (_options.KeepBest && _state.Best.Evaluation.Step == _state.Record.Step)
            Save(CheckpointFolder.BestName(_state.Record.Step));
    }

    /// <summary>Saves the run after an update, if it is time.</summary>
    public void AfterUpdate()
    {
        if (_state.Record.Step % _options.EveryUpdates == 0)
            SaveLast();
    }

    /// <summary>Saves the run after a pass through the data, if that is wanted.</summary>
    public void AfterEpoch()
    {
        if (_options.EveryEpoch)
            SaveLast();
    }

    /// <summary>Saves the run as it is, unless it is saved already: the checkpoint of the best evaluation, if that was just made, is then one of the last too.</summary>
    public void SaveLast()
    {
        var step = _state.Record.Step;
        if (_saved == step)
            return;
        var isSaved = _own.Contains(CheckpointFolder.BestName(step));
        _last.Add(isSaved ? CheckpointFolder.BestName(step) : CheckpointFolder.LastName(step));
        if (isSaved)
            KeepOwn();
        else
            Save(CheckpointFolder.LastName(step));
        _saved = step;
    }

    /// <summary>Goes back to the last checkpoint, to read the data on from where it is.</summary>
    /// <param name="reason">Why, as a clause.</param>
    public void RollBack(string reason)
    {
        var loaded = TryLoadFirst([.. _folder.All.Where(path => _own.Contains(Path.GetFileName(path)))], goesBack: true)
            ?? throw new CheckpointException(_options.Directory, $"there is no checkpoint to go back to, for {reason}.");
        // What came after it is no part of the run any more, and what is damaged must not take the place of one that is not.
        _own.IntersectWith(loaded.Remaining);
        _last.IntersectWith(_own);
        ForgetHistories();
        Report(CheckpointEvent.RolledBack, loaded.Checkpoint, loaded.Step, $"Training goes back to checkpoint {loaded.Checkpoint}, after update {loaded.Step}, for {reason}.");
    }

    public void Dispose() => _folder.Dispose();

    private void Save(string name)
    {
        CheckpointManifest? manifest = null;
        var path = _folder.Write(name, _contents.Files(HistoryToLink()), files => manifest = _contents.Manifest(files));
        _own.Add(name);
        _histories[name] = new SavedHistory(path, manifest!.Step, manifest.History);
        KeepOwn();
        Report(CheckpointEvent.Saved, path, _state.Record.Step, $"Saved checkpoint {path}, after update {_state.Record.Step}.");
    }

    /// <summary>Deletes all but the last checkpoints and that of the best evaluation.</summary>
    private void KeepOwn()
    {
        var best = _own.Where(CheckpointFolder.IsBest).Order(StringComparer.Ordinal).TakeLast(1);
        var last = _own.Where(_last.Contains).OrderBy(CheckpointFolder.StepOf).TakeLast(_options.Keep);
        _own.IntersectWith(best.Concat(last).ToHashSet());
        ForgetHistories();
        _folder.KeepOnly(_own);
    }

    private void ForgetHistories()
    {
        foreach (var gone in _histories.Keys.Where(name => !_own.Contains(name)).ToList())
            _histories.Remove(gone);
    }

    /// <summary>The history of the checkpoint that goes when the next of the last ones is there: of the last ones that are kept, no two share a file, so that no damage is to both.</summary>
    private SavedHistory? HistoryToLink()
    {
        var last = _own.Where(_last.Contains).OrderBy(CheckpointFolder.StepOf).ToList();
        return last.Count >= _options.Keep ? _histories.GetValueOrDefault(last[^_options.Keep]) : null;
    }

    /// <summary>Loads the first checkpoint that is whole; null if there is none.</summary>
    /// <returns>It, and the names of the checkpoints up to it that are not known to be damaged.</returns>
    private (string Checkpoint, long Step, IEnumerable<string> Remaining)? TryLoadFirst(IReadOnlyList<string> checkpoints, bool goesBack)
    {
        foreach (var (index, checkpoint) in checkpoints.Index())
        {
            if (TryLoad(checkpoint, goesBack) is not { } manifest)
                continue;
            _saved = manifest.Step;
            _histories[Path.GetFileName(checkpoint)] = new SavedHistory(checkpoint, manifest.Step, manifest.History);
            return (checkpoint, manifest.Step, checkpoints.Skip(index).Select(path => Path.GetFileName(path)));
        }

        return null;
    }

    /// <summary>Loads a checkpoint; null if it is damaged.</summary>
    /// <remarks>Any other failure, such as a disk that does not answer or memory that is not there, ends the run: going on from the one before would have this one deleted.</remarks>
    private CheckpointManifest? TryLoad(string checkpoint, bool goesBack)
    {
        try
        {
            if (TryVerify(checkpoint) is not { } manifest)
                return null;
            if (_run.Difference(manifest.Run) is { } difference)
            {
                throw new CheckpointException(checkpoint,
                    $"this is a checkpoint of another training ({difference}). Go on with the model and options it was begun with, give this training a folder of its own, or set {nameof(_options.Resume)} to false to begin anew.");
            }

            _contents.Load(checkpoint, manifest, goesBack);
            return manifest;
        }
        catch (Exception exception) when (exception is not CheckpointException and (IOException or InvalidDataException or FormatException or ArgumentException or ExternalException or UnauthorizedAccessException or NotSupportedException))
        {
            throw new CheckpointException(checkpoint,
                $"the checkpoint cannot be loaded, and is not known to be damaged: {exception.Message.TrimEnd('.')}. It stays as it is. Mend the cause and start again, or move the checkpoint away to go on from the one before it.", exception);
        }
    }

    private CheckpointManifest? TryVerify(string checkpoint)
    {
        try
        {
            return CheckpointContents.Verify(checkpoint);
        }
        catch (InvalidDataException exception)
        {
            Report(CheckpointEvent.Refused, checkpoint, CheckpointFolder.StepOf(checkpoint) ?? 0, $"Checkpoint {checkpoint} is damaged and not used: {exception.Message.TrimEnd('.')}. The one before it is tried.");
            return null;
        }
    }

    private void Report(CheckpointEvent what, string path, long step, string message) => _options.Progress?.Report(new CheckpointReport(what, path, step, message));
}
