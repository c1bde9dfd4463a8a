using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>What the catalogs of all machine-learning tasks have in common.</summary>
public abstract class TrainCatalogBase
{
    private protected TrainCatalogBase(IHostEnvironment env) => Environment = env;

    private protected IHostEnvironment Environment { get; }
}
