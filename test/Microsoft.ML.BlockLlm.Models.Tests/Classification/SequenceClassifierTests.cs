using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class SequenceClassifierTests
{
    private static readonly PretrainedModel s_tiny = PretrainedModel.FromDirectory(TestFiles.TinyUseLite);

    [TestMethod]
    public void Logits_are_one_row_a_text_and_one_column_a_class()
    {
        using var classifier = s_tiny.CreateClassifier(3);
        using var logits = Logits(classifier, "the cat", "on", "mats sat");
        CollectionAssert.AreEqual(new long[] { 3, 3 }, logits.shape);
    }

    [TestMethod]
    public void Logits_of_pairs_are_one_row_a_pair()
    {
        using var classifier = s_tiny.CreateClassifier(2, textPairs: true);
        var encoder = classifier.CreateBatchEncoder();
        using var batch = encoder.CreateBatch([encoder.EncodePair("the", "cat"), encoder.EncodePair("on", "mat sat"), encoder.EncodePair("", "s")]);
        using var logits = classifier.forward(batch);
        CollectionAssert.AreEqual(new long[] { 3, 2 }, logits.shape);
    }

    [TestMethod]
    public void Pair_is_classified_by_both_texts_their_difference_and_their_product()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var classifier = s_tiny.CreateClassifier(2, textPairs: true);
        using var encoder = s_tiny.CreateEncoder();
        classifier.eval();
        var texts = classifier.CreateBatchEncoder();
        using var pair = texts.CreateBatch([texts.EncodePair("the cat", "mats")]);
        using var first = texts.CreateBatch([texts.Encode("the cat")]);
        using var second = texts.CreateBatch([texts.Encode("mats")]);
        var (u, v) = (encoder.forward(first), encoder.forward(second));
        var features = cat([u, v, (u - v).abs(), u * v], 1);
        var expected = features.matmul(classifier.get_parameter("classifier.weight")!.t());
        Assert.IsTrue(expected.allclose(classifier.forward(pair), 1e-4, 1e-6));
    }

    [TestMethod]
    public void Head_is_new_and_the_rest_is_the_pretrained_encoder()
    {
        using var generator = new Generator(5);
        using var classifier = s_tiny.CreateClassifier(200, generator: generator);
        using var encoder = s_tiny.CreateEncoder();
        foreach (var (name, parameter) in encoder.named_parameters())
            Assert.IsTrue(parameter.bytes.SequenceEqual(classifier.get_parameter($"use_lite.{name}")!.bytes), name);

        var weight = classifier.get_parameter("classifier.weight")!.data<float>().ToArray();
        var deviation = Math.Sqrt(weight.Average(value => value * value));
        Assert.AreEqual(0.02, deviation, 0.002);
        Assert.IsTrue(classifier.get_parameter("classifier.bias")!.data<float>().All(value => value == 0));
    }

    [TestMethod]
    public void Same_generator_seed_gives_the_same_head()
    {
        using var one = s_tiny.CreateClassifier(4, generator: new Generator(3));
        using var other = s_tiny.CreateClassifier(4, generator: new Generator(3));
        Assert.IsTrue(one.get_parameter("classifier.weight")!.bytes.SequenceEqual(other.get_parameter("classifier.weight")!.bytes));
    }

    [TestMethod]
    public void Dropout_is_for_training_only()
    {
        using var scope = NewDisposeScope();
        using var classifier = s_tiny.CreateClassifier(2, dropout: 0.5);
        Assert.IsFalse(Logits(classifier, "the cat").allclose(Logits(classifier, "the cat")));
        classifier.eval();
        Assert.IsTrue(Logits(classifier, "the cat").allclose(Logits(classifier, "the cat")));
    }

    [TestMethod]
    public void Every_parameter_gets_a_gradient()
    {
        using var scope = NewDisposeScope();
        using var classifier = s_tiny.CreateClassifier(2, dropout: 0);
        Logits(classifier, "the cat", "on").sum().backward();
        foreach (var (name, parameter) in classifier.named_parameters())
            Assert.IsNotNull(parameter.grad, name);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Saved_classifier_is_loaded_bit_for_bit(bool textPairs)
    {
        using var folder = new TemporaryFolder();
        using var classifier = s_tiny.CreateClassifier(3, textPairs, dropout: 0.25);
        classifier.Save(folder.Path);
        using var loaded = SequenceClassifier.Load(folder.Path);
        Assert.AreEqual((3, textPairs, 0.25), (loaded.ClassCount, loaded.TextPairs, loaded.Dropout));
        Assert.IsFalse(loaded.training);
        RequireSameParameters(classifier, loaded);
    }

    [TestMethod]
    public void Saved_classifier_is_loaded_from_streams_that_cannot_seek()
    {
        using var classifier = s_tiny.CreateClassifier(2);
        using var archive = new MemoryStream();
        using (var zip = new System.IO.Compression.ZipArchive(archive, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            classifier.Save((name, write) =>
            {
                using var stream = zip.CreateEntry(name).Open();
                write(stream);
            });
        }
        using var reading = new System.IO.Compression.ZipArchive(archive);
        using var loaded = SequenceClassifier.Load((name, read) =>
        {
            if (reading.GetEntry(name) is not { } entry)
                return false;
            using var stream = entry.Open();
            read(stream);
            return true;
        });
        RequireSameParameters(classifier, loaded);
        CollectionAssert.AreEqual(classifier.Tokenizer.EncodeToIds("the cat").ToArray(), loaded.Tokenizer.EncodeToIds("the cat").ToArray());
    }

    [TestMethod]
    public void Classifier_may_be_saved_over_the_folder_it_came_from()
    {
        using var folder = TemporaryFolder.WithTinyUseLite();
        using var classifier = PretrainedModel.FromDirectory(folder.Path).CreateClassifier(2);
        classifier.eval();
        using var before = Logits(classifier, "the cat");
        classifier.Save(folder.Path);
        using var loaded = SequenceClassifier.Load(folder.Path);
        using var after = Logits(loaded, "the cat");
        Assert.IsTrue(before.bytes.SequenceEqual(after.bytes));
    }

    [TestMethod]
    public void Saved_classifier_can_be_fine_tuned_for_other_classes()
    {
        using var folder = new TemporaryFolder();
        using (var classifier = s_tiny.CreateClassifier(2))
            classifier.Save(folder.Path);
        using var other = PretrainedModel.FromDirectory(folder.Path).CreateClassifier(7);
        Assert.AreEqual(7, other.get_parameter("classifier.weight")!.shape[0]);
    }

    [TestMethod]
    public void Folder_without_a_head_is_no_classifier()
    {
        var exception = Assert.ThrowsExactly<ModelLoadException>(() => SequenceClassifier.Load(TestFiles.TinyUseLite));
        Assert.Contains("num_labels", exception.Message);
    }

    [TestMethod]
    public void Class_count_that_the_weights_do_not_have_is_refused()
    {
        using var folder = new TemporaryFolder();
        using (var classifier = s_tiny.CreateClassifier(2))
            classifier.Save(folder.Path);
        folder.Replace("config.json", "\"num_labels\": 2", "\"num_labels\": 2000000000");
        var exception = Assert.ThrowsExactly<ModelLoadException>(() => SequenceClassifier.Load(folder.Path));
        Assert.Contains("'classifier.weight' is [2, 12] where the configuration asks for [2000000000, 12]", exception.Message);
    }

    [TestMethod]
    public void Cut_off_stream_is_refused()
    {
        using var folder = new TemporaryFolder();
        using (var classifier = s_tiny.CreateClassifier(2))
            classifier.Save(folder.Path);
        using (var stream = File.OpenWrite(folder.File("model.safetensors")))
            stream.SetLength(stream.Length - 5);
        Assert.Contains("cut off", Assert.ThrowsExactly<ModelLoadException>(() => SequenceClassifier.Load(folder.Path)).Message);
    }

    [TestMethod]
    [DataRow(1, 0.1)]
    [DataRow(0, 0.1)]
    [DataRow(2, 1.0)]
    [DataRow(2, -0.1)]
    [DataRow(2, double.NaN)]
    public void Head_that_cannot_be_is_refused(int classCount, double dropout) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => s_tiny.CreateClassifier(classCount, dropout: dropout));

    [TestMethod]
    public void Classifier_owns_its_parameters_whatever_scope_it_is_made_in()
    {
        SequenceClassifier classifier;
        using (NewDisposeScope())
            classifier = s_tiny.CreateClassifier(2);
        using (classifier)
        using (var logits = Logits(classifier, "the"))
            Assert.AreEqual(2, logits.shape[1]);
    }

    private static Tensor Logits(SequenceClassifier classifier, params string[] texts)
    {
        var encoder = classifier.CreateBatchEncoder();
        using var batch = encoder.CreateBatch([.. texts.Select(encoder.Encode)]);
        return classifier.forward(batch);
    }

    private static void RequireSameParameters(SequenceClassifier expected, SequenceClassifier actual)
    {
        var pairs = expected.state_dict().Zip(actual.state_dict()).ToList();
        Assert.HasCount(expected.state_dict().Count, actual.state_dict());
        foreach (var (left, right) in pairs)
        {
            Assert.AreEqual(left.Key, right.Key);
            Assert.IsTrue(left.Value.bytes.SequenceEqual(right.Value.bytes), left.Key);
        }
    }
}
