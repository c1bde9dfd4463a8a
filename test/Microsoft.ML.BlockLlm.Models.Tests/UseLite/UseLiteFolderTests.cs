namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>What eng/setup makes of the published encoder.</summary>
[TestClass]
public sealed class UseLiteFolderTests
{
    [TestMethod]
    public void Weights_have_hugging_face_like_names_and_torch_layout()
    {
        var shapes = SafetensorsFile.Open(Path.Combine(TestFiles.RealUseLite, "model.safetensors")).Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Shape);
        Assert.HasCount(38, shapes);
        CollectionAssert.AreEqual(new long[] { 8002, 256 }, shapes["embeddings.word_embeddings.weight"].ToArray());
        CollectionAssert.AreEqual(new long[] { 256, 256 }, shapes["encoder.layer.0.attention.query.weight"].ToArray());
        CollectionAssert.AreEqual(new long[] { 512, 256 }, shapes["encoder.layer.0.attention.output.weight"].ToArray());
        CollectionAssert.AreEqual(new long[] { 512, 256 }, shapes["encoder.layer.0.residual.weight"].ToArray());
        CollectionAssert.AreEqual(new long[] { 1536, 512 }, shapes["encoder.layer.1.intermediate.weight"].ToArray());
        CollectionAssert.AreEqual(new long[] { 512, 1536 }, shapes["encoder.layer.1.output.weight"].ToArray());
        CollectionAssert.AreEqual(new long[] { 512, 512 }, shapes["pooler.dense.weight"].ToArray());
    }

    [TestMethod]
    public void Encoder_has_the_published_size()
    {
        using var encoder = PretrainedModel.FromDirectory(TestFiles.RealUseLite).CreateEncoder();
        Assert.AreEqual(6_975_744, encoder.parameters().Sum(parameter => parameter.numel()));
        Assert.AreEqual(512, encoder.FeatureCount);
    }
}
