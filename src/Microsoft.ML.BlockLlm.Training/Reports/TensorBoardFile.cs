using System.Globalization;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Writes a run as an event file, which TensorBoard shows: <c>tensorboard --logdir</c> takes its folder, or a folder of such folders to compare runs.</summary>
/// <remarks>
/// The scalars are <c>train/loss</c>, <c>train/accuracy</c>, <c>train/gradient_norm</c>, <c>train/learning_rate</c>, <c>train/active_weights</c>, <c>train/tokens_per_second</c>,
/// <c>train/resident_mebibytes</c>, <c>validation/loss</c>, <c>validation/accuracy</c> and <c>validation/perplexity</c>; numbers that are not finite in 32 bits are left out.
/// A run that goes on from a checkpoint gets a file of its own beside the older one, and TensorBoard drops those of the older file's steps that are made once more; so it does with steps that a run made before it went back to a checkpoint.
/// </remarks>
public sealed class TensorBoardFile : IProgress<TrainingProgress>, IDisposable
{
    /// <summary>How the names of event files begin; TensorBoard finds them by it.</summary>
    public const string NamePrefix = "events.out.tfevents.";

    private readonly Stream _stream;
    private readonly bool _ownsStream;
    private readonly bool _perplexity;
    private readonly TimeProvider _clock;
    private long? _lastStep;

    /// <summary>Makes a file in a folder, beside those that are there.</summary>
    /// <param name="directory">The folder, which is made if it is missing.</param>
    /// <param name="perplexity">Whether the loss is that of a language model, so that e to its power is a perplexity. Default false.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public TensorBoardFile(string directory, bool perplexity = false)
        : this(Create(directory), perplexity) => _ownsStream = true;

    /// <summary>Writes to a stream, which stays the caller's.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="perplexity">Whether the loss is that of a language model, so that e to its power is a perplexity. Default false.</param>
    /// <param name="clock">What time it is. Default null: the system's clock.</param>
    public TensorBoardFile(Stream stream, bool perplexity = false, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _perplexity = perplexity;
        _clock = clock ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (_lastStep is null)
            TensorBoardRecord.Write(_stream, TensorBoardEvent.Version(Now));
        // Went on from a checkpoint, or back to one.
        if (_lastStep is null ? value.Step > 1 : value.Step <= _lastStep)
            TensorBoardRecord.Write(_stream, TensorBoardEvent.Restart(Now, value.Step));
        _lastStep = value.Step;
        TensorBoardRecord.Write(_stream, TensorBoardEvent.Scalars(Now, value.Step, Scalars(value).Where(scalar => float.IsFinite((float)scalar.Value))));
        _stream.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ownsStream)
            _stream.Dispose();
    }

    private double Now => (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    private static FileStream Create(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        Directory.CreateDirectory(directory);
        // TensorBoard reads the files of a folder in the order of their names, so one made in the same millisecond as another takes the next one.
        for (var time = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(); ; time++)
        {
            var path = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{NamePrefix}{time / 1000.0:0000000000.000}.{Environment.MachineName}.{Environment.ProcessId}"));
            try
            {
                return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
            }
            catch (IOException) when (File.Exists(path))
            {
            }
        }
    }

    private IEnumerable<(string Tag, double Value)> Scalars(TrainingProgress step)
    {
        const double MiB = 1 << 20;
        yield return ("train/loss", step.Loss);
        yield return ("train/accuracy", step.Accuracy);
        yield return ("train/gradient_norm", step.GradientNorm);
        yield return ("train/learning_rate", step.LearningRate);
        yield return ("train/active_weights", step.ActiveCoordinates);
        yield return ("train/tokens_per_second", step.TokensPerSecond);
        yield return ("train/resident_mebibytes", step.ResidentMemory / MiB);
        if (step.Validation is not { } validation)
            yield break;
        yield return ("validation/loss", validation.Loss);
        yield return ("validation/accuracy", validation.Accuracy);
        if (_perplexity)
            yield return ("validation/perplexity", Math.Exp(validation.Loss));
    }
}
