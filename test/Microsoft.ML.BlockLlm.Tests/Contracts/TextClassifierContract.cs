namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>The contract on trainers of text classifiers, however they are made.</summary>
public abstract class TextClassifierContract : TrainerContract
{
    protected override IReadOnlyList<string> OutputColumns { get; } = ["PredictedLabel", "Score"];

    protected override IDataView CreateData() => Pipelines.Keyed(ML, count: 75);

    protected override IEnumerable<IDataView> CreateDataThatCannotBeTrainedOn()
    {
        yield return ML.Data.LoadFromEnumerable(Message.Make(6));
        yield return Pipelines.KeyLabels(ML, ML.Data.LoadFromEnumerable([new { Label = "a", Other = "b" }]));
        yield return Pipelines.KeyLabels(ML, ML.Data.LoadFromEnumerable([new { Label = "a", Text = 1f }]));
        yield return ML.Data.LoadFromEnumerable([new { Text = "a" }]);
        yield return Pipelines.KeyLabels(ML, ML.Data.LoadFromEnumerable([new { Label = DateTime.UnixEpoch, Text = "a" }, new { Label = DateTime.MaxValue, Text = "b" }]));
    }

    protected override IEnumerable<IDataView> CreateDataThatCannotBeTransformed()
    {
        yield return ML.Data.LoadFromEnumerable([new { Label = "a" }]);
        yield return ML.Data.LoadFromEnumerable([new { Text = 1f }]);
    }

    protected override void Export(ITransformer model, string directory) => ((BlockLlmTextClassificationTransformer)model).SaveAsHuggingFace(directory);
}
