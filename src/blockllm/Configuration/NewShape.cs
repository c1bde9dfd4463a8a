using System.Text.Json;
using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Reads the shape of a model that begins without weights.</summary>
internal static class NewShape
{
    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <exception cref="UsageException">There is no such file, or it is none of a LLaMA, Mistral or Qwen2.</exception>
    public static DecoderConfig Read(string path)
    {
        if (!File.Exists(path))
            throw new UsageException($"new-model: the file '{path}' does not exist.");
        var json = File.ReadAllText(path);
        try
        {
            using var document = JsonDocument.Parse(json);
            var modelType = document.RootElement.TryGetProperty("model_type", out var value) ? value.ToString() : "";
            return modelType switch
            {
                LlamaConfig.ModelTypeName => JsonSerializer.Deserialize<LlamaConfig>(json)!,
                MistralConfig.ModelTypeName => JsonSerializer.Deserialize<MistralConfig>(json)!,
                Qwen2Config.ModelTypeName => JsonSerializer.Deserialize<Qwen2Config>(json)!,
                _ => throw new UsageException($"new-model: '{path}' has model_type '{modelType}', but must have llama, mistral or qwen2."),
            };
        }
        catch (JsonException exception)
        {
            throw new UsageException($"new-model: '{path}' is no valid config.json: {exception.Message}", exception);
        }
    }
}
