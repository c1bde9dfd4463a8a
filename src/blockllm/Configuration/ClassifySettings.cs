using System.ComponentModel;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>The settings of <c>classify train</c>.</summary>
internal sealed record ClassifySettings : TrainerSettings
{
    [Description("Name of the data's column with the label.")]
    public string LabelColumn { get; init; } = "Label";

    [Description("Name of the data's column with the text.")]
    public string TextColumn { get; init; } = "Text";

    [Description("Name of the data's column with the second text of each pair.")]
    public string? SecondTextColumn { get; init; }

    [Description("Share of the rows to set aside for validation where no validation data is given; 0 for none.")]
    public double ValidationFraction { get; init; } = 0.1;

    [Description("Tokens of a text that are read; without it, as many as the model takes.")]
    public int? MaxTokens { get; init; }

    [Description("Share of the encoder's features that training hides from the new head.")]
    public double Dropout { get; init; } = 0.1;

    [Description("Whether the token embeddings stay as they were pretrained.")]
    public bool FreezeEmbeddings { get; init; } = true;

    public override int Epochs { get; init; } = 3;

    public override int BatchSize { get; init; } = 32;

    public override ModelSelection SelectBy { get; init; } = ModelSelection.Accuracy;

    /// <inheritdoc/>
    public override void Check(CancellationToken cancellationToken) =>
        _ = new MLContext().TextClassification.Trainers.BlockLlm(OptionErrors.Checked(() => ToOptions(ModelSource.Open(Model, cancellationToken))));

    /// <summary>The options of the trainer.</summary>
    public BlockLlmTextClassificationOptions ToOptions(PretrainedModel model) => new()
    {
        Model = model,
        SecondTextColumnName = SecondTextColumn is null ? null : nameof(TextPairRow.SecondText),
        MaxTokens = MaxTokens,
        Dropout = Dropout,
        FreezeEmbeddings = FreezeEmbeddings,
        WeightType = ToScalarType(),
        Training = ToTrainingOptions(),
        Method = ToMethod(),
        Seed = Seed,
    };
}
