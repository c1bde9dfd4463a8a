using System.Text.Json;

namespace Microsoft.ML.BlockLlm;

/// <summary>Reads conversations from JSON, as values of a template.</summary>
internal static class ChatMessages
{
    /// <summary>The messages of a conversation, each with a <c>role</c> and what else it has.</summary>
    /// <param name="json">An array of messages, or an object that has one under <c>messages</c>.</param>
    /// <exception cref="FormatException">The text is something else.</exception>
    public static List<object?> Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var list = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("messages", out var messages) ? messages : root;
            if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(message => message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("role", out _)))
                throw Error("it must be an array of objects that have a role and a content", json, null);
            return (List<object?>)ValueOf(list)!;
        }
        catch (JsonException exception)
        {
            throw Error("it is no valid JSON", json, exception);
        }
    }

    /// <summary>The role of a message.</summary>
    public static object? RoleOf(object? message) => ((Dictionary<string, object?>)message!)["role"];

    private static object? ValueOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().GroupBy(item => item.Name).ToDictionary(items => items.Key, items => ValueOf(items.Last().Value)),
        JsonValueKind.Array => element.EnumerateArray().Select(ValueOf).ToList(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.TryGetInt64(out var number) ? number : element.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static FormatException Error(string problem, string json, Exception? cause) =>
        new($"A conversation cannot be read: {problem}. It begins: {(json.Length > 80 ? json[..80] + "…" : json)}", cause);
}
