using Microsoft.ML.BlockLlm.Training.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>What every encoder in the form of BERT does, measured by golden/encoders.py.</summary>
public abstract class EncoderContract
{
    private const float Tolerance = 1e-5f;
    private const int TrainingSteps = 10;

    /// <summary>The folder's name among the golden values.</summary>
    private protected abstract string FolderName { get; }

    /// <summary>What the names of the encoder's tensors begin with.</summary>
    private protected abstract string Prefix { get; }

    private protected string Folder => TestFiles.Golden(FolderName);

    private protected IReadOnlyList<EncoderRow> Rows => EncoderRow.ReadAll(Folder);

    [TestMethod]
    public void Logits_are_those_of_pytorch()
    {
        using var classifier = SequenceClassifier.Load(Folder);
        foreach (var row in Rows)
            EncoderRow.RequireClose([row.Logits], Run(classifier, [row]), Tolerance);
    }

    [TestMethod]
    public void Padded_batch_has_the_logits_of_pytorch()
    {
        using var classifier = SequenceClassifier.Load(Folder);
        EncoderRow.RequireClose([.. Rows.Select(row => row.Logits)], Run(classifier, Rows), Tolerance);
    }

    [TestMethod]
    [DataRow("gelu")]
    [DataRow("gelu_new")]
    [DataRow("gelu_pytorch_tanh")]
    [DataRow("relu")]
    public void Logits_are_those_of_pytorch_with_every_activation(string activation)
    {
        using var folder = TemporaryFolder.CopyOf(Folder);
        folder.Replace("config.json", "\"gelu\"", $"\"{activation}\"");
        using var classifier = SequenceClassifier.Load(folder.Path);
        EncoderRow.RequireClose(EncoderRow.LogitsByActivation(Folder)[activation], Run(classifier, Rows), Tolerance);
    }

    [TestMethod]
    public void Embeddings_are_the_mean_of_pytorch()
    {
        using var encoder = PretrainedModel.FromDirectory(Folder).CreateEncoder();
        using var scope = NewDisposeScope();
        using var batch = EncoderRow.Batch(Rows, PaddingId);
        var embeddings = encoder.Embed(batch).data<float>().ToArray().Chunk(encoder.FeatureCount);
        EncoderRow.RequireClose([.. Rows.Select(row => row.MeanEmbedding)], [.. embeddings], Tolerance);
    }

    [TestMethod]
    public void Parameters_have_the_names_of_the_weights()
    {
        using var classifier = SequenceClassifier.Load(Folder);
        CollectionAssert.AreEquivalent(NamesIn(Folder), classifier.named_parameters().Select(item => item.name).ToArray());
    }

    [TestMethod]
    public void Every_parameter_belongs_to_one_stage()
    {
        using var classifier = SequenceClassifier.Load(Folder);
        Assert.AreEqual(classifier.parameters().Count(), classifier.Stages.Sum(stage => stage.parameters().Count()));
    }

    [TestMethod]
    public void Names_may_come_without_the_prefix_of_the_family()
    {
        using var folder = CopyWith((name, tensor) => name.StartsWith(Prefix, StringComparison.Ordinal) ? (name[Prefix.Length..], tensor) : null);
        using var bare = PretrainedModel.FromDirectory(folder.Path).CreateEncoder();
        using var whole = PretrainedModel.FromDirectory(Folder).CreateEncoder();
        using var scope = NewDisposeScope();
        using var batch = EncoderRow.Batch(Rows, PaddingId);
        Assert.IsTrue(bare.forward(batch).equal(whole.forward(batch)).all().item<bool>());
    }

    [TestMethod]
    public void Layer_normalisation_may_have_the_names_of_its_paper()
    {
        using var folder = CopyWith((name, tensor) => (name
            .Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal)
            .Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal), tensor));
        using var classifier = SequenceClassifier.Load(folder.Path);
        EncoderRow.RequireClose([.. Rows.Select(row => row.Logits)], Run(classifier, Rows), Tolerance);
    }

    [TestMethod]
    public void Dropout_is_for_training_only()
    {
        using var classifier = SequenceClassifier.Load(Folder);
        Assert.AreEqual(Run(classifier, Rows)[0][0], Run(classifier, Rows)[0][0]);
        classifier.train();
        Assert.AreNotEqual(Run(classifier, Rows)[0][0], Run(classifier, Rows)[0][0]);
    }

    [TestMethod]
    public void Forward_leaves_no_tensor_behind_but_its_result()
    {
        using var classifier = SequenceClassifier.Load(Folder);
        using var batch = EncoderRow.Batch(Rows, PaddingId);
        classifier.forward(batch).Dispose();
        var before = LiveTensors.CountBeforeTest();
        classifier.forward(batch).Dispose();
        Assert.AreEqual(before, Tensor.TotalCount);
    }

    [TestMethod]
    public void Batch_longer_than_the_model_takes_is_refused()
    {
        using var classifier = SequenceClassifier.Load(Folder);
        using var batch = new TokenBatch(full(1, classifier.Config.MaxTokens + 1, 5, int64));
        Assert.Contains("12 at most", Assert.ThrowsExactly<ArgumentException>(() => classifier.forward(batch)).Message);
    }

    [TestMethod]
    public void Trained_and_saved_model_gives_the_same_logits_in_python()
    {
        using var folder = new TemporaryFolder();
        using var classifier = SequenceClassifier.Load(Folder);
        Train(classifier);
        classifier.eval();
        classifier.Save(folder.Path);

        var inPython = EncoderRow.LogitsInPython(folder.Path);
        EncoderRow.RequireClose(inPython, Run(classifier, Rows), Tolerance);
        Assert.AreNotEqual(Rows[0].Logits[0], inPython[0][0], 1e-3f, "Training changed nothing.");
    }

    private protected int PaddingId => PretrainedModel.FromDirectory(Folder).Config.PaddingId;

    private protected TemporaryFolder CopyWith(Func<string, Tensor, (string, Tensor)?> change)
    {
        var folder = TemporaryFolder.CopyOf(Folder);
        using var scope = NewDisposeScope();
        var file = SafetensorsFile.Open(Path.Combine(Folder, "model.safetensors"));
        var changed = file.Tensors.Select(entry => change(entry.Name, file.ReadTensor(entry.Name))).OfType<(string, Tensor)>();
        SafetensorsWriter.Save(folder.File("model.safetensors"), changed);
        return folder;
    }

    private protected void RequireRefused(string what, string by, params string[] explanation)
    {
        using var folder = TemporaryFolder.CopyOf(Folder);
        folder.Replace("config.json", what, by);
        var exception = Assert.ThrowsExactly<ModelLoadException>(() => PretrainedModel.FromDirectory(folder.Path));
        foreach (var part in explanation)
            Assert.Contains(part, exception.Message);
    }

    private void Train(SequenceClassifier classifier)
    {
        using var batch = EncoderRow.Batch(Rows, PaddingId);
        using var labels = tensor(new long[] { 0, 1, 2, 0 });
        using var optimizer = optim.AdamW(classifier.parameters(), lr: 1e-2);
        classifier.train();
        for (var step = 0; step < TrainingSteps; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            nn.functional.cross_entropy(classifier.forward(batch), labels).backward();
            optimizer.step();
        }
    }

    private float[][] Run(SequenceClassifier classifier, IReadOnlyList<EncoderRow> rows)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var batch = EncoderRow.Batch(rows, PaddingId);
        return [.. classifier.forward(batch).data<float>().ToArray().Chunk(classifier.ClassCount)];
    }

    private static string[] NamesIn(string folder) =>
        [.. SafetensorsFile.Open(Path.Combine(folder, "model.safetensors")).Tensors.Select(tensor => tensor.Name)];
}
