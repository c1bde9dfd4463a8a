using System.Text.Json;
using System.Text.Unicode;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Holds JSON to what a file of a stranger must fulfil before any of it is used. System.Text.Json finds broken UTF-8, halves of surrogate pairs and names that occur
/// twice only where they are asked for, and says so with other exceptions each time.
/// </summary>
internal static class StrictJson
{
    private const int ShortText = 256;

    /// <summary>Names must not occur twice in an object.</summary>
    public static JsonDocumentOptions Options { get; } = new() { AllowDuplicateProperties = false };

    /// <summary>Throws if a text in it is none.</summary>
    /// <exception cref="JsonException">It is no JSON, or not UTF-8 throughout, or has half a surrogate pair.</exception>
    public static void RequireTexts(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            throw new JsonException("it is not UTF-8 throughout.");
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                RequireText(ref reader);
        }
    }

    private static void RequireText(ref Utf8JsonReader reader)
    {
        try
        {
            var length = reader.ValueSpan.Length;
            Span<char> text = length <= ShortText ? stackalloc char[ShortText] : new char[length];
            _ = reader.CopyString(text);
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException($"the text before byte {reader.BytesConsumed} has half a surrogate pair.", exception);
        }
    }
}
