using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// The weights of a model that stay in their file: a parameter has them only while it is open, so that a model may be larger than memory.
/// </summary>
/// <remarks>
/// <para>
/// An open parameter is mapped from the file where the model computes in the file's type, and a copy in the type that was asked for where not. Pages that
/// come from the file are the system's to drop. What was changed is kept in memory when a parameter is closed, 4 bytes of position and one value for
/// each weight that differs from the file: 6 bytes in bfloat16, 8 in float32. That grows with what training has visited, never with what it has not;
/// saving the model writes a file with the changes in it.
/// </para>
/// <para>
/// A closed parameter has its shape and type and no weights: it reads as NaN, and cannot be written to. <see cref="StagedModel.forward"/> and the training engine
/// open one stage after the other. One thread at a time.
/// </para>
/// </remarks>
public sealed class StreamedWeights : IDisposable
{
    private readonly Dictionary<Parameter, StreamedParameter> _parameters = new(ReferenceEqualityComparer.Instance);
    private readonly ReadAhead _readAhead = new();

    internal StreamedWeights(string source) => Source = source;

    /// <summary>The folder that the weights are in.</summary>
    public string Source { get; }

    /// <summary>How many weights differ from the file.</summary>
    public long ChangedCount => _parameters.Values.Sum(parameter => parameter.ChangedCount);

    /// <summary>Memory that the changes take, in bytes.</summary>
    public long ChangedBytes => _parameters.Values.Sum(parameter => parameter.ChangedBytes);

    /// <summary>Opens the parameters of a module to be read, until the handle is disposed. A parameter that is open already stays so until its last handle is.</summary>
    /// <param name="module">The module, such as a stage of the model. Parameters of it that are in memory all the time are left alone.</param>
    public IDisposable Open(nn.Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        _readAhead.Finish();
        return new Opened(ParametersOf(module), isToChange: false);
    }

    /// <summary>Opens one parameter to be read.</summary>
    /// <param name="parameter">The parameter. One that is in memory all the time is left alone.</param>
    public IDisposable OpenToRead(Parameter parameter) => new Opened(Find(parameter), isToChange: false);

    /// <summary>Opens one parameter to be read and changed; what changed is kept when the last handle is disposed.</summary>
    /// <param name="parameter">The parameter. One that is in memory all the time is left alone.</param>
    public IDisposable OpenToChange(Parameter parameter) => new Opened(Find(parameter), isToChange: true);

    /// <summary>Keeps a parameter as it is now, in the memory of what differs from the file.</summary>
    /// <param name="parameter">The parameter; it may be open to be read.</param>
    /// <returns>What brings it back, once; null for a parameter that is in memory all the time.</returns>
    internal StreamedSnapshot? Keep(Parameter parameter) => _parameters.TryGetValue(parameter, out var streamed) ? new StreamedSnapshot(streamed) : null;

    /// <summary>Begins to read the weights of a module from the file into the system's file cache, on a thread of its own. The next <see cref="Open"/> waits for its end.</summary>
    /// <param name="module">The module.</param>
    public void Prefetch(nn.Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        _readAhead.Start([.. ParametersOf(module).Select(parameter => parameter.Load)]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _readAhead.Dispose();
        foreach (var parameter in _parameters.Values)
            parameter.Dispose();
    }

    /// <summary>Makes a parameter, closed.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="dtype">Its type.</param>
    /// <param name="load">Gives what the file has, in the file's type; asked for again and again, also on another thread.</param>
    internal Parameter Add(long[] shape, ScalarType dtype, Func<Tensor> load)
    {
        var streamed = new StreamedParameter(shape, dtype, load);
        _parameters.Add(streamed.Parameter, streamed);
        return streamed.Parameter;
    }

    private StreamedParameter[] Find(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return _parameters.TryGetValue(parameter, out var streamed) ? [streamed] : [];
    }

    private StreamedParameter[] ParametersOf(nn.Module module) =>
        [.. module.parameters().Select(parameter => _parameters.GetValueOrDefault(parameter)).OfType<StreamedParameter>()];

    private sealed class Opened : IDisposable
    {
        private readonly Stack<StreamedParameter> _parameters = [];

        public Opened(StreamedParameter[] parameters, bool isToChange)
        {
            try
            {
                foreach (var parameter in parameters)
                {
                    parameter.Open(isToChange);
                    _parameters.Push(parameter);
                }
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public void Dispose()
        {
            while (_parameters.TryPop(out var parameter))
                parameter.Close();
        }
    }
}
