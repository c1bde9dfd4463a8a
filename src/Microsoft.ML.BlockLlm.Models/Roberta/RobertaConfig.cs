using System.Text.Json.Serialization;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// The shape of a RoBERTa (Liu and others, 2019, arXiv 1907.11692): a <see cref="BertConfig"/> with one segment, whose positions are counted
/// from after the padding id. Its <c>max_position_embeddings</c> counts the rows up to there too: 514 for 512 tokens.
/// </summary>
public sealed record RobertaConfig : BertConfig
{
    /// <summary>The <c>model_type</c> of this family.</summary>
    public new const string ModelTypeName = "roberta";

    private const int DefaultPaddingId = 1;
    private const double DefaultEpsilon = 1e-5;

    /// <summary>Makes a configuration with RoBERTa's defaults where they differ from BERT's: padding id 1, one segment, epsilon 1e-5.</summary>
    public RobertaConfig()
    {
        PaddingId = DefaultPaddingId;
        TokenTypeCount = 1;
        LayerNormEpsilon = DefaultEpsilon;
    }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string ModelType => ModelTypeName;

    /// <inheritdoc/>
    internal override int PositionCount => MaxTokens + PaddingId + 1;
}
