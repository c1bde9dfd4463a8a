namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class DistilBertTests : EncoderContract
{
    private protected override string FolderName => "distilbert-tiny";

    private protected override string Prefix => "distilbert.";

    [TestMethod]
    [DataRow("\"gelu\"", "\"swish\"", "activation 'swish'", "gelu, gelu_new, gelu_pytorch_tanh, relu")]
    [DataRow("\"dim\": 16", "\"dim\": 18", "dim 18 must be a multiple of n_heads 4")]
    [DataRow("\"dim\": 16,", "", "'dim'")]
    [DataRow("\"n_layers\": 2", "\"n_layers\": 0", "n_layers is 0")]
    public void Value_that_is_not_supported_is_named(string what, string by, params string[] explanation) => RequireRefused(what, by, explanation);

    [TestMethod]
    public void There_is_no_pooling_layer()
    {
        var model = PretrainedModel.FromDirectory(Folder);
        Assert.Contains("DistilBERT has no pooling layer", Assert.ThrowsExactly<ArgumentException>(() => model.CreateEncoder(TokenPooling.Pooler)).Message);
    }

    [TestMethod]
    public void Dropout_of_the_head_is_that_of_the_family()
    {
        using var classifier = SequenceClassifier.Load(Folder);
        Assert.AreEqual(0.2, classifier.Dropout);
    }
}
