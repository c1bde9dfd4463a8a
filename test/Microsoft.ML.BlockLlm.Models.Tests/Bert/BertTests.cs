using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class BertTests : EncoderContract
{
    private protected override string FolderName => "bert-tiny";

    private protected override string Prefix => "bert.";

    [TestMethod]
    [DataRow("\"gelu\"", "\"swish\"", "hidden_act 'swish'", "gelu, gelu_new, gelu_pytorch_tanh, relu")]
    [DataRow("\"absolute\"", "\"relative_key\"", "position_embedding_type 'relative_key'", "absolute")]
    [DataRow("\"pad_token_id\": 0", "\"is_decoder\": true", "is_decoder 'true'")]
    [DataRow("\"hidden_size\": 16", "\"hidden_size\": 18", "hidden_size 18 must be a multiple of num_attention_heads 4")]
    [DataRow("\"pad_token_id\": 0", "\"hidden_dropout_prob\": 1.5", "hidden_dropout_prob is 1.5")]
    [DataRow("\"model_type\": \"bert\"", "\"model_type\": \"t5\"", "'t5'", "bert", "distilbert", "roberta", "use-lite")]
    public void Value_that_is_not_supported_is_named(string what, string by, params string[] explanation) => RequireRefused(what, by, explanation);

    [TestMethod]
    public void Pooler_gives_what_the_classifier_sees()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var encoder = PretrainedModel.FromDirectory(Folder).CreateEncoder(TokenPooling.Pooler);
        using var classifier = SequenceClassifier.Load(Folder);
        using var batch = EncoderRow.Batch(Rows, PaddingId);
        var logits = nn.functional.linear(
            encoder.forward(batch), classifier.get_parameter("classifier.weight")!, classifier.get_parameter("classifier.bias")!);
        Assert.IsTrue(logits.allclose(classifier.forward(batch)));
    }

    [TestMethod]
    public void First_token_pooling_gives_the_vector_of_the_first_token()
    {
        using var scope = NewDisposeScope();
        using var encoder = PretrainedModel.FromDirectory(Folder).CreateEncoder(TokenPooling.FirstToken);
        using var batch = EncoderRow.Batch([Rows[0]], PaddingId);
        var tokens = encoder.Stages.SkipLast(1).Aggregate(batch.InputIds, (hidden, stage) => stage.forward(hidden, batch));
        Assert.IsTrue(encoder.forward(batch).equal(tokens[0, 0]).all().item<bool>());
    }

    [TestMethod]
    public void Heads_for_other_tasks_are_left_in_the_file()
    {
        using var folder = CopyWith((name, tensor) => (name.Replace("classifier.", "cls.predictions.", StringComparison.Ordinal), tensor));
        using var classifier = PretrainedModel.FromDirectory(folder.Path).CreateClassifier(5);
        Assert.AreEqual(5, classifier.get_parameter("classifier.weight")!.shape[0]);
    }

    [TestMethod]
    public void Weights_of_a_classifier_without_its_head_are_no_classifier()
    {
        using var folder = CopyWith((name, tensor) => name.StartsWith("classifier.", StringComparison.Ordinal) ? null : (name, tensor));
        var exception = Assert.ThrowsExactly<ModelLoadException>(() => SequenceClassifier.Load(folder.Path));
        Assert.Contains("'classifier.weight' [3, 16] is missing", exception.Message);
        Assert.Contains("'classifier.bias' [3] is missing", exception.Message);
    }
}
