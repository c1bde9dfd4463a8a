using Microsoft.ML.Data;

/// <summary>An e-mail: a row of <c>spam-assassin.tsv</c>.</summary>
internal sealed class Message
{
    [LoadColumn(0)]
    public string Label { get; set; } = "";

    [LoadColumn(1)]
    public string Text { get; set; } = "";
}

/// <summary>What the model says of an e-mail.</summary>
internal sealed class MessagePrediction
{
    public string PredictedLabel { get; set; } = "";

    /// <summary>One probability a class, in the order of the column's slot names.</summary>
    public float[] Score { get; set; } = [];
}
