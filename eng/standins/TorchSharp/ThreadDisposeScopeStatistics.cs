namespace TorchSharp;

/// <summary>What was made on one thread, in dispose scopes and outside them. Counts that changed their
/// meaning between versions of the original are left out.</summary>
public class ThreadDisposeScopeStatistics
{
    public long CreatedOutsideScopeCount { get; internal set; }
    public long CreatedInScopeCount { get; internal set; }
    public long DetachedFromScopeCount { get; internal set; }

    public void Reset() => CreatedOutsideScopeCount = CreatedInScopeCount = DetachedFromScopeCount = 0;
}
