namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class RobertaTests : EncoderContract
{
    private protected override string FolderName => "roberta-tiny";

    private protected override string Prefix => "roberta.";

    [TestMethod]
    [DataRow("\"gelu\"", "\"swish\"", "hidden_act 'swish'", "gelu, gelu_new, gelu_pytorch_tanh, relu")]
    [DataRow("\"pad_token_id\": 1", "\"position_embedding_type\": \"relative_key\"", "position_embedding_type 'relative_key'")]
    [DataRow("\"max_position_embeddings\": 14", "\"max_position_embeddings\": 2", "max_position_embeddings 2", "pad_token_id 1")]
    public void Value_that_is_not_supported_is_named(string what, string by, params string[] explanation) => RequireRefused(what, by, explanation);

    [TestMethod]
    public void Positions_up_to_the_padding_id_hold_no_token() =>
        Assert.AreEqual(12, PretrainedModel.FromDirectory(Folder).Config.MaxTokens);
}
