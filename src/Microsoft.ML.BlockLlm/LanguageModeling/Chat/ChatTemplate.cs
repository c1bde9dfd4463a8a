using System.Text;
using System.Text.Json;
using Microsoft.ML.BlockLlm.Jinja;
using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm;

/// <summary>Makes texts of conversations as a model was trained to read them: by the template in its folder's <c>chat_template.jinja</c> or <c>tokenizer_config.json</c>.</summary>
internal sealed class ChatTemplate
{
    private const string TemplateFile = "chat_template.jinja";
    private const string SettingsFile = "tokenizer_config.json";
    private const string Assistant = "assistant";

    private readonly JinjaTemplate _template;
    private readonly string _source;
    private readonly (string, object?)[] _specialTokens;

    private ChatTemplate(string template, string source, (string, object?)[] specialTokens)
    {
        _source = source;
        _specialTokens = specialTokens;
        _template = Guarded(() => new JinjaTemplate(template), problem => new ModelLoadException(problem));
    }

    /// <summary>The template of a model's folder.</summary>
    /// <param name="folder">The folder; null if the model has none.</param>
    /// <exception cref="ModelLoadException">There is no template, or it uses something that is not supported.</exception>
    public static ChatTemplate OfFolder(string? folder) => folder is null
        ? throw new ModelLoadException("A new model has no chat template, so it cannot learn conversations. Render them to text before, or start from a model that has one.")
        : Of(
            (name, read) =>
            {
                var path = Path.Combine(folder, name);
                if (!File.Exists(path))
                    return false;
                using var stream = File.OpenRead(path);
                read(stream);
                return true;
            },
            folder);

    /// <summary>The template among a model's files.</summary>
    /// <param name="reader">Reads the files.</param>
    /// <param name="source">Where they are, for messages.</param>
    /// <exception cref="ModelLoadException">There is no template, or it uses something that is not supported.</exception>
    public static ChatTemplate Of(ModelFileReader reader, string source)
    {
        var (settingsTemplate, specialTokens) = ReadSettings(reader, source);
        if (ReadText(reader, TemplateFile, source) is { } template)
            return new ChatTemplate(template, $"{source}, {TemplateFile}", specialTokens);
        return settingsTemplate is not null
            ? new ChatTemplate(settingsTemplate, $"{source}, {SettingsFile}, chat_template", specialTokens)
            : throw new ModelLoadException($"{source} has no chat template, neither {TemplateFile} nor chat_template in {SettingsFile}, so conversations cannot be made into texts. Take a model for chat, or render them before.");
    }

    /// <summary>The text of a conversation.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="addGenerationPrompt">Whether the text goes on to where the assistant's reply begins.</param>
    /// <exception cref="FormatException">The template refuses the conversation.</exception>
    public string Render(List<object?> messages, bool addGenerationPrompt) => Guarded(
        () => _template.Render([("messages", messages), ("add_generation_prompt", addGenerationPrompt), ("tools", null), ("documents", null), .. _specialTokens]),
        problem => new FormatException(problem));

    /// <summary>The text of a conversation, and where in it the assistant's replies stand, each with what the template puts after it.</summary>
    /// <exception cref="FormatException">The template refuses the conversation, or writes a message otherwise when others follow it.</exception>
    public (string Text, IReadOnlyList<(int Start, int End)> Replies) RenderReplies(List<object?> messages)
    {
        var text = Render(messages, addGenerationPrompt: false);
        var replies = new List<(int, int)>();
        foreach (var index in Enumerable.Range(0, messages.Count).Where(index => ChatMessages.RoleOf(messages[index]) is Assistant))
        {
            var before = Render(messages[..index], addGenerationPrompt: true);
            var with = Render(messages[..(index + 1)], addGenerationPrompt: false);
            if (!with.StartsWith(before, StringComparison.Ordinal) || !text.StartsWith(with, StringComparison.Ordinal))
                throw new FormatException($"{_source}: the template writes a message otherwise when others follow it, so it cannot be told which part of the text message {index + 1} is.");
            replies.Add((before.Length, with.Length));
        }
        return (text, replies);
    }

    private T Guarded<T>(Func<T> action, Func<string, Exception> error)
    {
        try
        {
            return action();
        }
        catch (FormatException exception)
        {
            throw error($"{_source}: {exception.Message}");
        }
    }

    private static (string? Template, (string, object?)[] SpecialTokens) ReadSettings(ModelFileReader reader, string source)
    {
        try
        {
            var settings = ReadText(reader, SettingsFile, source) is { } json ? JsonSerializer.Deserialize<JsonElement>(json) : default;
            return (TemplateIn(settings), SpecialTokens(settings));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter for texts with half a surrogate pair.
            throw new ModelLoadException($"{source}, {SettingsFile} is no valid JSON: {exception.Message}", exception);
        }
    }

    private static string? ReadText(ModelFileReader reader, string name, string source)
    {
        if (BoundedFile.ReadIfThere(reader, name, source) is not { } bytes)
            return null;
        using var file = new StreamReader(new MemoryStream(bytes), Encoding.UTF8);
        return file.ReadToEnd();
    }

    // Either the template, or several with names.
    private static string? TemplateIn(JsonElement settings) => Member(settings, "chat_template") switch
    {
        { ValueKind: JsonValueKind.String } template => template.GetString(),
        { ValueKind: JsonValueKind.Array } templates => templates.EnumerateArray()
            .Where(template => Member(template, "name") is { ValueKind: JsonValueKind.String } name && name.GetString() == "default")
            .Select(template => Member(template, "template") is { ValueKind: JsonValueKind.String } text ? text.GetString() : null).FirstOrDefault(),
        _ => null,
    };

    // A special token is a text, or an object that has it under content.
    private static (string, object?)[] SpecialTokens(JsonElement settings) =>
    [
        .. from name in (string[])["bos_token", "eos_token", "unk_token", "pad_token"]
           let token = Member(settings, name)
           let text = token.ValueKind == JsonValueKind.Object ? Member(token, "content") : token
           where text.ValueKind == JsonValueKind.String
           select (name, (object?)text.GetString()),
    ];

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;
}
