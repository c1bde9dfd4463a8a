using System.Text.Json;
using Microsoft.ML.BlockLlm.Training.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class UseLiteModelTests
{
    private const float Tolerance = 1e-5f;
    private const long MaxTokens = 16;

    [TestMethod]
    public void Tiny_encoder_gives_the_embeddings_of_pytorch() => RequireKnown(TestFiles.TinyUseLite, TestFiles.TinyUseLiteAnswers);

    [TestMethod]
    public void Real_encoder_gives_the_known_embeddings() => RequireKnown(TestFiles.RealUseLite, TestFiles.RealUseLiteAnswers);

    [TestMethod]
    public void Real_encoder_gives_the_published_first_value_and_ids()
    {
        var model = PretrainedModel.FromDirectory(TestFiles.RealUseLite);
        using var encoder = model.CreateEncoder();
        var texts = model.CreateBatchEncoder();
        using var batch = texts.CreateBatch([texts.Encode("hello world")]);
        using var scope = NewDisposeScope();

        Assert.AreEqual(-0.0514965f, encoder.Embed(batch)[0, 0].item<float>(), Tolerance);
        CollectionAssert.AreEqual(new[] { 9, 1394, 152, 2009, 26, 132, 9, 6266, 959 }, texts.EncodeToIds("the fox jumped over the lazy dog").ToArray());
    }

    [TestMethod]
    public void Padded_batch_gives_what_its_texts_give_alone() =>
        RequireBatchInvariance(TestFiles.TinyUseLite, [.. TestFiles.TinyUseLiteAnswers.Select(answer => answer.Text)]);

    [TestMethod]
    public void Padded_batch_of_the_real_encoder_gives_what_its_texts_give_alone() =>
        RequireBatchInvariance(TestFiles.RealUseLite, ["hello world", "", "a much longer text, which the others have to be padded to", "😀"]);

    [TestMethod]
    public void Parameters_have_the_names_of_the_weights()
    {
        var model = PretrainedModel.FromDirectory(TestFiles.TinyUseLite);
        using var encoder = model.CreateEncoder();
        var names = encoder.named_parameters().Select(item => item.name).Concat(encoder.named_buffers().Select(item => item.name));
        var inFile = SafetensorsFile.Open(Path.Combine(model.Directory!, "model.safetensors")).Tensors.Select(tensor => tensor.Name);
        CollectionAssert.AreEquivalent(inFile.ToArray(), names.ToArray());
    }

    [TestMethod]
    public void Trained_and_saved_classifier_gives_the_same_logits_in_python()
    {
        using var folder = new TemporaryFolder();
        using (var classifier = PretrainedModel.FromDirectory(TestFiles.TinyUseLite).CreateClassifier(3))
        {
            TrainTenSteps(classifier);
            classifier.Save(folder.Path);
        }
        var inPython = JsonSerializer.Deserialize<float[][]>(PythonScript.Run("use_lite_tiny.py", "logits", folder.Path))!;

        using var loaded = SequenceClassifier.Load(folder.Path);
        using var scope = NewDisposeScope();
        using var batch = Batch(loaded.CreateBatchEncoder(), [.. TestFiles.TinyUseLiteAnswers.Select(answer => answer.Text)]);
        EncoderRow.RequireClose(inPython, [.. loaded.forward(batch).data<float>().ToArray().Chunk(3)], Tolerance);
        var encoder = SafetensorsFile.Open(Path.Combine(TestFiles.TinyUseLite, "model.safetensors")).ReadTensor("pooler.dense.weight");
        Assert.IsFalse(encoder.allclose(loaded.get_parameter("use_lite.pooler.dense.weight")!, 0, 1e-3), "Training changed nothing, so equal logits prove nothing.");
    }

    [TestMethod]
    public void Every_parameter_belongs_to_one_stage()
    {
        using var encoder = PretrainedModel.FromDirectory(TestFiles.TinyUseLite).CreateEncoder();
        Assert.HasCount(4, encoder.Stages);
        Assert.AreEqual(encoder.parameters().Count(), encoder.Stages.Sum(stage => stage.parameters().Count()));
    }

    [TestMethod]
    public void Batch_longer_than_the_model_takes_is_refused()
    {
        using var encoder = PretrainedModel.FromDirectory(TestFiles.TinyUseLite).CreateEncoder();
        using var batch = new TokenBatch(zeros([1, MaxTokens + 1], int64));
        Assert.Contains("16 at most", Assert.ThrowsExactly<ArgumentException>(() => encoder.forward(batch)).Message);
    }

    [TestMethod]
    public void Forward_leaves_no_tensor_behind_but_its_result()
    {
        var model = PretrainedModel.FromDirectory(TestFiles.TinyUseLite);
        using var encoder = model.CreateEncoder();
        using var batch = Batch(model, ["the cat", "on"]);
        encoder.Embed(batch).Dispose();
        var before = LiveTensors.CountBeforeTest();
        encoder.Embed(batch).Dispose();
        Assert.AreEqual(before, Tensor.TotalCount);
    }

    private static void RequireKnown(string directory, IReadOnlyList<KnownAnswer> answers)
    {
        var model = PretrainedModel.FromDirectory(directory);
        using var encoder = model.CreateEncoder();
        foreach (var answer in answers)
            RequireClose(answer.Embedding, Embed(model, encoder, [answer.Text])[0], answer.Text);
    }

    private static void RequireBatchInvariance(string directory, string[] texts)
    {
        var model = PretrainedModel.FromDirectory(directory);
        using var encoder = model.CreateEncoder();
        var together = Embed(model, encoder, texts);
        for (var row = 0; row < texts.Length; row++)
            RequireClose(Embed(model, encoder, [texts[row]])[0], together[row], texts[row]);
    }

    private static float[][] Embed(PretrainedModel model, TextEncoder encoder, string[] texts)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var batch = Batch(model, texts);
        var embeddings = encoder.Embed(batch);
        return [.. embeddings.data<float>().ToArray().Chunk(encoder.FeatureCount)];
    }

    private static void TrainTenSteps(SequenceClassifier classifier)
    {
        using var scope = NewDisposeScope();
        using var batch = Batch(classifier.CreateBatchEncoder(), ["the cat", "mats on", "sat"]);
        using var labels = tensor(new long[] { 0, 1, 2 });
        using var optimizer = optim.AdamW(classifier.parameters(), lr: 1e-2);
        for (var step = 0; step < 10; step++)
        {
            optimizer.zero_grad();
            nn.functional.cross_entropy(classifier.forward(batch), labels).backward();
            optimizer.step();
        }
    }

    private static TokenBatch Batch(PretrainedModel model, string[] texts) => Batch(model.CreateBatchEncoder(), texts);

    private static TokenBatch Batch(BatchEncoder encoder, string[] texts) => encoder.CreateBatch([.. texts.Select(encoder.Encode)]);

    private static void RequireClose(float[] expected, float[] actual, string text)
    {
        Assert.HasCount(expected.Length, actual);
        var difference = expected.Zip(actual, (left, right) => Math.Abs(left - right)).Max();
        Assert.IsTrue(difference <= Tolerance, $"'{text}' is off by {difference}.");
    }
}
