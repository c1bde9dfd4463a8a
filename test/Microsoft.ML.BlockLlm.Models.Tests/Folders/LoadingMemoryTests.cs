using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>What a model takes of memory. Nothing else may allocate meanwhile.</summary>
[TestClass]
[DoNotParallelize]
public sealed class LoadingMemoryTests
{
    private const long Width = 1024;
    private const long VocabularySize = 8 * Width;

    [TestMethod]
    public void Weights_take_their_size_once_and_only_when_they_are_used()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("What of a mapped file is in memory is counted so on Linux only.");
        using var folder = LargeModel();
        var size = new FileInfo(folder.File("model.safetensors")).Length;
        using (var warmUp = CausalLanguageModel.Load(GoldenDecoder.FolderOf("llama")))
            Touch(warmUp);

        var before = Environment.WorkingSet;
        using var model = CausalLanguageModel.Load(folder.Path);
        var loaded = Environment.WorkingSet - before;
        Touch(model);
        var touched = Environment.WorkingSet - before;

        Assert.IsTrue(loaded < 0.2 * size, $"Loading took {loaded:N0} bytes for a file of {size:N0}.");
        Assert.IsTrue(touched > 0.9 * size, $"Weights of {size:N0} bytes seem to take {touched:N0}.");
        Assert.IsTrue(touched <= 1.1 * size, $"Weights of {size:N0} bytes take {touched:N0}.");
    }

    private static void Touch(CausalLanguageModel model)
    {
        using var scope = NewDisposeScope();
        foreach (var parameter in model.parameters())
            parameter.detach().sum();
    }

    // About 100 MB of a LLaMA with one layer.
    private static TemporaryFolder LargeModel()
    {
        var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("config.json"), $$"""
            {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": {{VocabularySize}}, "hidden_size": {{Width}}, "intermediate_size": {{Width}},
            "num_hidden_layers": 1, "num_attention_heads": 8, "num_key_value_heads": 8, "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "tie_word_embeddings": false}
            """);
        using var scope = NewDisposeScope();
        var row = rand(Width);
        string[] squares = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"];
        string[] norms = ["model.layers.0.input_layernorm", "model.layers.0.post_attention_layernorm", "model.norm"];
        SafetensorsWriter.Save(folder.File("model.safetensors"), [
            ("model.embed_tokens.weight", row.expand(VocabularySize, Width)), ("lm_head.weight", row.expand(VocabularySize, Width)),
            .. squares.Select(name => ($"model.layers.0.{name}.weight", row.expand(Width, Width))), .. norms.Select(name => ($"{name}.weight", row))]);
        return folder;
    }
}
