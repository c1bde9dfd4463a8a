using Microsoft.ML.BlockLlm.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>Weights that stay in their file.</summary>
[TestClass]
public sealed class StreamedWeightsTests
{
    [TestMethod]
    public void A_parameter_has_its_weights_while_it_is_open_and_its_shape_and_type_always()
    {
        using var scope = NewDisposeScope();
        using var files = new TinyLlama();
        using var inMemory = files.Load(ScalarType.BFloat16, streamed: false);
        using var model = files.Load(ScalarType.BFloat16, streamed: true);

        foreach (var ((name, parameter), (_, expected)) in model.named_parameters().Zip(inMemory.named_parameters()))
        {
            CollectionAssert.AreEqual(expected.shape, parameter.shape, name);
            Assert.AreEqual(expected.dtype, parameter.dtype, name);
            Assert.IsFalse(TinyLlama.IsOpen(parameter), name);
            using (model.StreamedWeights!.OpenToRead(parameter))
                Assert.IsTrue(parameter.eq(expected).all().item<bool>(), name);
            Assert.IsFalse(TinyLlama.IsOpen(parameter), name);
        }
    }

    [TestMethod]
    [DataRow(ScalarType.BFloat16)]
    [DataRow(ScalarType.Float32)]
    public void What_is_changed_is_there_when_it_is_opened_again_and_the_file_stays_as_it_is(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        using var files = new TinyLlama();
        using var model = files.Load(dtype, streamed: true);
        var file = Path.Combine(files.Directory, "model.safetensors");
        var (before, parameter, weights) = (File.ReadAllBytes(file), model.Stages[1].parameters().First(parameter => parameter.dim() == 2), model.StreamedWeights!);

        using (weights.OpenToChange(parameter))
        {
            parameter.narrow(0, 2, 1).fill_(5);
            // A handle more neither closes it nor forgets the change.
            weights.Open(model.Stages[1]).Dispose();
            Assert.AreEqual(5, parameter[2, 0].to_type(float32).item<float>());
        }

        Assert.AreEqual(parameter.shape[1], weights.ChangedCount);
        using (weights.OpenToRead(parameter))
        {
            Assert.IsTrue(parameter.narrow(0, 2, 1).eq(5).all().item<bool>());
            Assert.IsFalse(parameter.narrow(0, 3, 1).eq(5).any().item<bool>());
        }

        CollectionAssert.AreEqual(before, File.ReadAllBytes(file));
    }

    [TestMethod]
    public void A_saved_model_has_the_changes()
    {
        using var withoutGraph = no_grad();
        using var files = new TinyLlama();
        using var streamed = files.Load(ScalarType.BFloat16, streamed: true);
        using var inMemory = files.Load(ScalarType.BFloat16, streamed: false);

        foreach (var model in new[] { streamed, inMemory })
        {
            var parameter = model.Stages[2].parameters().First();
            using var opened = model.StreamedWeights?.OpenToChange(parameter);
            parameter.mul_(2);
        }

        CollectionAssert.AreEqual(files.SavedWeights(inMemory), files.SavedWeights(streamed));
    }

    [TestMethod]
    public void A_model_is_not_saved_into_the_folder_that_its_weights_are_in()
    {
        using var files = new TinyLlama();
        using var model = files.Load(ScalarType.BFloat16, streamed: true);

        var link = files.Directory + "-link";
        Directory.CreateSymbolicLink(link, files.Directory);
        foreach (var name in new[] { files.Directory, files.Directory + Path.DirectorySeparatorChar, link })
        {
            var thrown = Assert.ThrowsExactly<ArgumentException>(() => model.Save(name), name);
            StringAssert.Contains(thrown.Message, "Save the model in another folder.");
        }
    }

    [TestMethod]
    public void Logits_and_generated_tokens_are_those_in_memory()
    {
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        using var files = new TinyLlama();
        using var inMemory = files.Load(ScalarType.BFloat16, streamed: false);
        using var streamed = files.Load(ScalarType.BFloat16, streamed: true);
        using var batch = TinyLlama.Batch();

        Assert.IsTrue(inMemory.forward(batch.Tokens).eq(streamed.forward(batch.Tokens)).all().item<bool>());
        Assert.IsTrue(new StageEngine(inMemory).Forward(batch.Tokens).eq(new StageEngine(streamed).Forward(batch.Tokens)).all().item<bool>());
        CollectionAssert.AreEqual(inMemory.GenerateIds([3, 1, 4], new() { MaxNewTokens = 4 }).ToArray(), streamed.GenerateIds([3, 1, 4], new() { MaxNewTokens = 4 }).ToArray());
    }

    [TestMethod]
    public void A_plain_forward_pass_with_a_graph_is_refused()
    {
        using var files = new TinyLlama();
        using var model = files.Load(ScalarType.BFloat16, streamed: true);
        using var batch = TinyLlama.Batch();

        var thrown = Assert.ThrowsExactly<InvalidOperationException>(() => model.forward(batch.Tokens));

        StringAssert.Contains(thrown.Message, "torch.no_grad()");
    }

    [TestMethod]
    public void A_tensor_that_is_missing_from_the_file_is_named()
    {
        using var files = new TinyLlama(tied: true);
        var config = Path.Combine(files.Directory, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"tie_word_embeddings\": true", "\"tie_word_embeddings\": false", StringComparison.Ordinal));

        var thrown = Assert.ThrowsExactly<ModelLoadException>(() => files.Load(ScalarType.BFloat16, streamed: true));

        StringAssert.Contains(thrown.Message, "'lm_head.weight' [13, 16] is missing");
    }
}
