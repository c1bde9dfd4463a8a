using System.Runtime.CompilerServices;

namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>Hands the cancellation of a trial to the trainers that are made in its context. Every trial has a context of its own.</summary>
internal sealed class TrialScope : IDisposable
{
    private static readonly ConditionalWeakTable<MLContext, TrialScope> _scopes = [];

    private readonly MLContext _context;
    private readonly CancellationToken _cancellationToken;
    private readonly List<CancellationTokenSource> _sources = [];

    private TrialScope(MLContext context, CancellationToken cancellationToken)
    {
        _context = context;
        _cancellationToken = cancellationToken;
    }

    public static TrialScope Begin(MLContext context, CancellationToken cancellationToken)
    {
        var scope = new TrialScope(context, cancellationToken);
        _scopes.Add(context, scope);
        return scope;
    }

    /// <summary>The trial of a context; null if it has none.</summary>
    public static TrialScope? Of(MLContext context) => _scopes.TryGetValue(context, out var scope) ? scope : null;

    /// <summary>Makes a source that is cancelled with the trial; the scope disposes it.</summary>
    public CancellationTokenSource AddSource()
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(_cancellationToken);
        _sources.Add(source);
        return source;
    }

    public void Dispose()
    {
        _scopes.Remove(_context);
        foreach (var source in _sources)
            source.Dispose();
    }
}
