using Microsoft.ML.BlockLlm.Columns;
using Microsoft.ML.BlockLlm.Models;
using TorchSharp;

namespace Microsoft.ML.BlockLlm.Persistence;

/// <summary>What <c>classifier.json</c> holds: all that a saved text classifier is, besides its model and its training summary.</summary>
internal sealed record ClassifierHeader
{
    public required string LabelColumn { get; init; }

    public required string TextColumn { get; init; }

    public string? SecondTextColumn { get; init; }

    public required string PredictedLabelColumn { get; init; }

    public required string ScoreColumn { get; init; }

    public required int MaxTokens { get; init; }

    /// <summary>Type of the weights in memory.</summary>
    public torch.ScalarType WeightType { get; init; } = torch.ScalarType.Float32;

    /// <summary>Type of the label values; null if there are none.</summary>
    public string? LabelType { get; init; }

    /// <summary>The label values, one for each class; null if there are none.</summary>
    public string[]? LabelValues { get; init; }

    /// <summary>Gives the label values.</summary>
    /// <exception cref="FormatException">They are incomplete or none of their type.</exception>
    public LabelValues? ReadLabels()
    {
        if (LabelType is null && LabelValues is null)
            return null;
        if (LabelType is null || LabelValues is null || LabelValues.Contains(null))
            throw new FormatException("LabelType and LabelValues must both be complete, or both be missing.");
        return Columns.LabelValues.Parse(LabelType, LabelValues);
    }

    /// <summary>Checks that the header belongs to a model.</summary>
    /// <exception cref="FormatException">It does not.</exception>
    public ClassifierHeader CheckFits(SequenceClassifier network)
    {
        foreach (var column in (string[])[LabelColumn, TextColumn, SecondTextColumn ?? TextColumn, PredictedLabelColumn, ScoreColumn])
        {
            if (string.IsNullOrWhiteSpace(column))
                throw new FormatException("The name of a column is empty.");
        }
        if (LabelValues is not null && LabelValues.Length != network.ClassCount)
            throw new FormatException($"It has {LabelValues.Length} label values, but the model has {network.ClassCount} classes.");
        if (SecondTextColumn is not null != network.TextPairs)
            throw new FormatException(network.TextPairs ? "The model takes pairs of texts, but SecondTextColumn is missing." : "The model takes single texts, but SecondTextColumn is set.");
        if (MaxTokens < 1 || MaxTokens > network.Config.MaxTokens)
            throw new FormatException($"MaxTokens is {MaxTokens}, but the model takes from 1 to {network.Config.MaxTokens} tokens.");
        return this;
    }
}
