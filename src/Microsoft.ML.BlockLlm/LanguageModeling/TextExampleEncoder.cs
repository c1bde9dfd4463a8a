using System.Text;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm;

/// <summary>Turns texts, prompts with completions and conversations into tokens. It is safe to use from several threads.</summary>
/// <param name="encoder">Turns a text into ids, with the special tokens around it that the model's folder names.</param>
/// <param name="tokenizer">Turns a text into ids alone.</param>
/// <param name="endOfTextId">What is learned at the end of texts and completions; null for nothing.</param>
/// <param name="chatTemplate">Makes texts of conversations; null if there are none.</param>
internal sealed class TextExampleEncoder(BatchEncoder encoder, Tokenizer tokenizer, int? endOfTextId, ChatTemplate? chatTemplate)
{
    /// <summary>What is learned at the end of texts and completions; null for nothing.</summary>
    public int? EndOfTextId => endOfTextId;

    /// <summary>A text that is learned whole.</summary>
    public TextExample Text(string text) => text.Length == 0
        ? TextExample.Empty
        : new TextExample(new TokenDocument(WithEnd(encoder.EncodeToIds(text))), Encoding.UTF8.GetByteCount(text));

    /// <summary>
    /// A completion that is learned after a prompt that is not. A token that holds the end of the prompt and the beginning of the completion belongs to the completion.
    /// </summary>
    public TextExample Completion(string prompt, string completion)
    {
        if (completion.Length == 0)
            return TextExample.Empty;
        var ids = WithEnd(encoder.EncodeToIds(prompt + completion));
        var start = CommonLength(encoder.EncodeToIds(prompt), ids);
        return new TextExample(new TokenDocument(ids, ids.Select((_, i) => i >= start)), Encoding.UTF8.GetByteCount(completion));
    }

    /// <summary>A conversation, of which the assistant's replies are learned.</summary>
    public TextExample Conversation(string json)
    {
        if (json.Length == 0)
            return TextExample.Empty;
        var (text, replies) = chatTemplate!.RenderReplies(ChatMessages.Parse(json));
        var ids = tokenizer.EncodeToIds(text);
        var isTarget = new bool[ids.Count];
        var bytes = 0;
        foreach (var (start, end) in replies)
        {
            var (first, next) = (CommonLength(tokenizer.EncodeToIds(text[..start]), ids), CommonLength(tokenizer.EncodeToIds(text[..end]), ids));
            isTarget.AsSpan(first..Math.Max(first, next)).Fill(true);
            bytes += Encoding.UTF8.GetByteCount(text.AsSpan(start, end - start));
        }
        return new TextExample(new TokenDocument(ids, isTarget), bytes);
    }

    /// <summary>The ids of a text that is to go on.</summary>
    public IReadOnlyList<int> Prompt(string prompt) => encoder.EncodeToIds(prompt);

    /// <summary>The ids of a conversation that the assistant is to go on with.</summary>
    public IReadOnlyList<int> ConversationPrompt(string json) =>
        tokenizer.EncodeToIds(chatTemplate!.Render(ChatMessages.Parse(json), addGenerationPrompt: true));

    private IReadOnlyList<int> WithEnd(IReadOnlyList<int> ids) => endOfTextId is not { } end || ids is [.., var last] && last == end ? ids : [.. ids, end];

    private static int CommonLength(IReadOnlyList<int> first, IReadOnlyList<int> second)
    {
        var length = 0;
        while (length < first.Count && length < second.Count && first[length] == second[length])
            length++;
        return length;
    }
}
