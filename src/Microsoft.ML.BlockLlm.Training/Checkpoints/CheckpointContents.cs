using System.Security.Cryptography;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Puts the state of a run into the files of a checkpoint, and takes it out again.</summary>
internal sealed class CheckpointContents
{
    private const string Weights = "weights.safetensors";
    private const string BestWeights = "best.safetensors";
    private const string OptimizerState = "optimizer.state";

    private readonly StagewiseOptimizer _optimizer;
    private readonly TrainingState _state;
    private readonly IReadOnlyDictionary<string, string> _run;
    private readonly Dictionary<string, Parameter> _parameters;

    /// <param name="model">The model.</param>
    /// <param name="optimizer">Its optimizer.</param>
    /// <param name="state">All other state of the run.</param>
    /// <param name="run">What training it is.</param>
    /// <param name="allWeights">Whether weights that are not trained are saved too.</param>
    public CheckpointContents(StagedModel model, StagewiseOptimizer optimizer, TrainingState state, IReadOnlyDictionary<string, string> run, bool allWeights)
    {
        _optimizer = optimizer;
        _state = state;
        _run = run;
        _parameters = ModelWeights.Of(model).Where(weight => allWeights || optimizer.Trains(weight.Parameter)).ToDictionary(weight => weight.Name, weight => weight.Parameter);
    }

    /// <summary>The files to have.</summary>
    /// <param name="earlier">A checkpoint with the beginning of the history; null if there is none.</param>
    public IReadOnlyList<CheckpointPart> Files(SavedHistory? earlier) =>
    [
        new(Weights, stream => SafetensorsWriter.Write(stream, _parameters.Select(entry => (entry.Key, (TorchSharp.torch.Tensor)entry.Value)))),
        new(BestWeights, stream => SafetensorsWriter.Write(stream, BestOriginals())),
        new(OptimizerState, WriteOptimizer),
        .. HistoryFile.Parts(_state.Record.History, earlier),
    ];

    /// <summary>Describes a checkpoint whose files are written.</summary>
    public CheckpointManifest Manifest(IReadOnlyList<CheckpointFile> files) => new()
    {
        Step = _state.Record.Step,
        Position = _state.Passes.Position,
        RandomState = _state.Random.Save(),
        Best = _state.Best.Evaluation,
        Totals = _state.Record.Totals,
        ValidationDigest = _state.Validation?.Digest,
        Run = _run,
        Files = files,
    };

    /// <summary>Reads the manifest of a checkpoint, and makes sure that its files are those that were written.</summary>
    /// <exception cref="InvalidDataException">One is not: the checkpoint is damaged.</exception>
    /// <exception cref="CheckpointException">A newer version wrote it.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static CheckpointManifest Verify(string checkpoint)
    {
        var manifest = CheckpointManifest.Read(checkpoint);
        if (!manifest.Files.Take(3).Select(file => file.Name).SequenceEqual([Weights, BestWeights, OptimizerState]) || !HistoryFile.AreParts(manifest.History))
            throw new InvalidDataException("it does not name the files of a checkpoint");
        foreach (var file in manifest.Files)
        {
            using var stream = CheckpointManifest.Open(checkpoint, file.Name);
            if (stream.Length != file.Length)
                throw new InvalidDataException($"its {file.Name} has {stream.Length:N0} bytes instead of {file.Length:N0}");
            if (Convert.ToHexStringLower(SHA256.HashData(stream)) != file.Sha256)
                throw new InvalidDataException($"the bytes of its {file.Name} are not those that were written");
        }

        return manifest;
    }

    /// <summary>Gives the run the state of a checkpoint that was verified.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="goesBack">Whether a run goes back to it that will read its data on from where it is, with new random numbers.</param>
    public void Load(string checkpoint, CheckpointManifest manifest, bool goesBack)
    {
        var weights = ModelWeights.Open(Path.Combine(checkpoint, Weights), _parameters, isWhole: true);
        var best = ModelWeights.Open(Path.Combine(checkpoint, BestWeights), _parameters, isWhole: false);
        var history = HistoryFile.Read(manifest.History.Select(file => Path.Combine(checkpoint, file.Name)));
        if (history.Count != manifest.Step)
            throw new InvalidDataException($"its history has {history.Count} updates instead of {manifest.Step}");

        using (var stream = File.OpenRead(Path.Combine(checkpoint, OptimizerState)))
        using (var reader = new BinaryReader(stream))
            _optimizer.load_state_dict(reader);
        ModelWeights.Load(weights, _parameters);
        _state.Best.Resume(manifest.Best, best.Tensors.Select(entry => (_parameters[entry.Name], best.ReadTensor(entry.Name))));
        _state.Record.Resume(history, manifest.Totals, goesBack);
        if (goesBack)
            return;
        _state.Random.Load(manifest.RandomState);
        _state.Passes.Resume(manifest.Position);
        _state.Validation?.Resume(manifest.ValidationDigest);
    }

    private IEnumerable<(string, TorchSharp.torch.Tensor)> BestOriginals()
    {
        var originals = _state.Best.Originals;
        return _parameters.Where(entry => originals.ContainsKey(entry.Value)).Select(entry => (entry.Key, originals[entry.Value]));
    }

    private void WriteOptimizer(Stream stream)
    {
        // Not disposed, for that would dispose the stream too.
        var buffered = new BufferedStream(stream, 1 << 16);
        using var writer = new BinaryWriter(buffered, System.Text.Encoding.UTF8, leaveOpen: true);
        _optimizer.save_state_dict(writer);
        writer.Flush();
        buffered.Flush();
    }
}
