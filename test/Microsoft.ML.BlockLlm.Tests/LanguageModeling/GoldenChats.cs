using System.Text.Json;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>What Jinja itself makes of conversations with the chat templates of well-known models: golden/chat_templates.py.</summary>
internal sealed record GoldenChats(GoldenChats.Text[] Texts, GoldenChats.Refusal[] Refused)
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "golden");

    public static GoldenChats All { get; } = JsonSerializer.Deserialize<GoldenChats>(File.ReadAllText(Path.Combine(s_folder, "chat_templates.json")), s_json)!;

    /// <summary>The template of a model.</summary>
    public static string Template(string model) => File.ReadAllText(Path.Combine(s_folder, "chat_templates", model + ".jinja"));

    internal sealed record Text(string Template, string Conversation, bool AddGenerationPrompt, string Expected);

    internal sealed record Refusal(string Template, string Conversation, string Message);
}
