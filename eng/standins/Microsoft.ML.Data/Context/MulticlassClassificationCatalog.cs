using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Evaluation of multiclass classifiers.</summary>
public sealed partial class MulticlassClassificationCatalog : TrainCatalogBase
{
    internal MulticlassClassificationCatalog(IHostEnvironment env) : base(env)
    {
    }
}
