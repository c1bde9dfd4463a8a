using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.BlockLlm.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Setup;

/// <summary>Turns the TensorFlow.js graph of the Universal Sentence Encoder lite into a folder as Hugging Face has them.</summary>
internal static class UseLiteConversion
{
    private const int ReservedIds = 6;
    private const string Space = "▁";
    private static readonly string[] s_projections = ["query", "key", "value"];
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Convert(string package, string target)
    {
        var source = Path.Combine(package, "dist");
        Directory.CreateDirectory(target);
        File.WriteAllText(Path.Combine(target, "config.json"), Config().ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
        File.WriteAllText(Path.Combine(target, "tokenizer.json"), Tokenizer(Path.Combine(source, "vocab.json")).ToJsonString(s_json) + "\n");
        File.Copy(Path.Combine(package, "LICENSE"), Path.Combine(target, "LICENSE"));
        using (var scope = NewDisposeScope())
            SafetensorsWriter.Save(Path.Combine(target, "model.safetensors"), Weights(new TfjsWeights(Path.Combine(source, "model.json"))));
        // Loading it finds out whether all belongs together, before anyone relies on it.
        PretrainedModel.FromDirectory(target).CreateEncoder().Dispose();
    }

    private static JsonObject Config() => new()
    {
        ["model_type"] = UseLiteConfig.ModelTypeName,
        ["vocab_size"] = 8002,
        ["embedding_size"] = 256,
        ["hidden_size"] = 512,
        ["intermediate_size"] = 1536,
        ["num_hidden_layers"] = 2,
        ["num_attention_heads"] = 4,
        ["max_position_embeddings"] = 128,
        ["embedding_scale"] = 2.0,
        ["layer_norm_eps"] = 1e-6,
        ["pad_token_id"] = 0,
    };

    // The space before the text is put there even if the text begins with one, which Metaspace would not do.
    private static JsonObject Tokenizer(string vocabularyPath)
    {
        var vocabulary = JsonNode.Parse(File.ReadAllBytes(vocabularyPath))!.AsArray();
        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            // Without id 0: unknown characters are the model's business, and its U+FFFD is no token that a text names.
            ["added_tokens"] = new JsonArray([.. vocabulary.Take(ReservedIds).Index().Skip(1).Select(item => AddedToken(item.Index, item.Item![0]!.GetValue<string>()))]),
            ["normalizer"] = new JsonObject
            {
                ["type"] = "Sequence",
                ["normalizers"] = new JsonArray(
                    new JsonObject { ["type"] = "NFKC" },
                    new JsonObject { ["type"] = "Prepend", ["prepend"] = Space },
                    new JsonObject { ["type"] = "Replace", ["pattern"] = new JsonObject { ["String"] = " " }, ["content"] = Space }),
            },
            ["pre_tokenizer"] = null,
            ["post_processor"] = null,
            ["decoder"] = new JsonObject { ["type"] = "Metaspace", ["replacement"] = Space, ["prepend_scheme"] = "always", ["split"] = false },
            ["model"] = new JsonObject
            {
                ["type"] = "Unigram",
                ["unk_id"] = 0,
                // Seven pieces with a colon have no score there; the encoder was trained with 0 for them.
                ["vocab"] = new JsonArray([.. vocabulary.Select(item => new JsonArray(item![0]!.GetValue<string>(), item[1]?.GetValue<double>() ?? 0.0))]),
                ["byte_fallback"] = false,
            },
        };
    }

    private static JsonObject AddedToken(int id, string content) => new()
    {
        ["id"] = id,
        ["content"] = content,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = true,
    };

    private static IEnumerable<(string, Tensor)> Weights(TfjsWeights weights)
    {
        const string graph = "module_apply_default/Encoder_en/KonaTransformer/Encode/";
        const string kernels = "module/Encoder_en/KonaTransformer/Encode/";
        const string pooler = "module/Encoder_en/hidden_layers/tanh_layer_0/";
        const string whole = "/ConcatPartitions/concat";
        const string norm = "layer_prepostprocess/layer_norm/layer_norm_";

        yield return ("embeddings.word_embeddings.weight", weights["module/Embeddings_en"]);
        yield return ("embeddings.timescales", weights[$"{graph}TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1"].view(-1));
        for (var index = 0; index < 2; index++)
        {
            var name = $"encoder.layer.{index}.";
            var layer = $"{graph}Layer_{index}/TransformerLayer/";
            var attention = $"Layer_{index}/TransformerLayer/MultiheadAttention/";
            var feedForward = $"{graph}TransformerStack/Layer_{index}/TransformerLayer/FFN/";

            yield return ($"{name}attention_norm.weight", weights[$"{layer}{norm}scale{whole}"]);
            yield return ($"{name}attention_norm.bias", weights[$"{layer}{norm}bias{whole}"]);
            var inWeights = Transposed(weights[$"{kernels}{attention}qkv_transform_single/kernel/part_0"]).chunk(3, 0);
            var inBiases = weights[$"{graph}{attention}qkv_transform_single/bias{whole}"].chunk(3, 0);
            foreach (var (part, projection) in s_projections.Index())
            {
                yield return ($"{name}attention.{projection}.weight", inWeights[part]);
                yield return ($"{name}attention.{projection}.bias", inBiases[part]);
            }
            yield return ($"{name}attention.output.weight", Transposed(weights[$"{kernels}{attention}output_transform_single/kernel/part_0"]));
            yield return ($"{name}attention.output.bias", weights[$"{graph}{attention}output_transform_single/bias{whole}"]);
            if (index == 0)
            {
                yield return ($"{name}residual.weight", Transposed(weights[$"{layer}dense/kernel{whole}"]));
                yield return ($"{name}residual.bias", weights[$"{layer}dense/bias{whole}"]);
            }
            yield return ($"{name}feed_forward_norm.weight", weights[$"{layer}FFN/{norm}scale{whole}"]);
            yield return ($"{name}feed_forward_norm.bias", weights[$"{layer}FFN/{norm}bias{whole}"]);
            yield return ($"{name}intermediate.weight", Transposed(weights[$"{feedForward}conv1/Tensordot/Reshape_1"]));
            yield return ($"{name}intermediate.bias", weights[$"{layer}FFN/conv1/bias{whole}"]);
            yield return ($"{name}output.weight", Transposed(weights[$"{feedForward}conv2/Tensordot/Reshape_1"]));
            yield return ($"{name}output.bias", weights[$"{layer}FFN/conv2/bias{whole}"]);
        }
        yield return ("pooler.dense.weight", Transposed(weights[$"{pooler}weights"]));
        yield return ("pooler.dense.bias", weights[$"{pooler}bias"]);
    }

    // TensorFlow's kernels are [inputs, outputs], some with dimensions of 1 before; torch's weights are [outputs, inputs].
    private static Tensor Transposed(Tensor kernel) => kernel.view(kernel.shape[^2], kernel.shape[^1]).t();
}
