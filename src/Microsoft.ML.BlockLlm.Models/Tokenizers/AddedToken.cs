namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A token that is found in a text as it is written, before the text is split any further.</summary>
/// <param name="Content">How it is written.</param>
/// <param name="Id">Its id.</param>
internal sealed record AddedToken(string Content, int Id)
{
    /// <summary>What is looked for: the content, normalized if the text is.</summary>
    public string Pattern { get; init; } = Content;

    /// <summary>Whether it is found only where no word goes on before or after it.</summary>
    public bool IsWholeWord { get; init; }

    /// <summary>Whether white space before it belongs to it.</summary>
    public bool TakesSpaceBefore { get; init; }

    /// <summary>Whether white space after it belongs to it.</summary>
    public bool TakesSpaceAfter { get; init; }

    /// <summary>Reads a token of <c>tokenizer.json</c> or <c>tokenizer_config.json</c>.</summary>
    public static AddedToken Read(JsonPart part, int id)
    {
        if (id is < 0 or > JsonPart.MaxId)
            throw part.Wrong($"the id {id} is no place in a vocabulary");
        var content = part.String("content");
        return new(content.Length > 0 ? content : throw part.Wrong("the content is empty"), id)
        {
            IsWholeWord = part.Bool("single_word", false),
            TakesSpaceBefore = part.Bool("lstrip", false),
            TakesSpaceAfter = part.Bool("rstrip", false),
        };
    }
}
