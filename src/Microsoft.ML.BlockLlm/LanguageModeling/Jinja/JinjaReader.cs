namespace Microsoft.ML.BlockLlm.Jinja;

/// <summary>The tokens of a template, taken one after the other.</summary>
internal sealed class JinjaReader(IReadOnlyList<JinjaToken> tokens)
{
    private const int MaxDepth = 100;

    private int _next;
    private int _depth;

    public JinjaToken Current => tokens[_next];

    /// <summary>Whether the next tokens are a name and an equals sign.</summary>
    public bool IsNamedArgument => Current.Kind == JinjaKind.Name && tokens[_next + 1].Value == "=" && tokens[_next + 1].Kind == JinjaKind.Symbol;

    public JinjaToken Take() => Current.Kind == JinjaKind.EndOfTemplate ? throw Error("the template ends where a statement is open") : tokens[_next++];

    /// <summary>Takes a symbol or keyword if it is the next token.</summary>
    public bool TakeIf(string value)
    {
        if (Current.Kind is not (JinjaKind.Name or JinjaKind.Symbol) || Current.Value != value)
            return false;
        _next++;
        return true;
    }

    public JinjaToken Expect(JinjaKind kind) =>
        Current.Kind == kind ? tokens[_next++] : throw Error($"'{Current.Value}' is not understood here");

    public void Expect(string value)
    {
        if (!TakeIf(value))
            throw Error($"'{value}' is missing before '{Current.Value}'");
    }

    /// <summary>Reads something that may hold itself, to a limited depth.</summary>
    public T Nested<T>(Func<JinjaReader, T> read)
    {
        if (++_depth > MaxDepth)
            throw Error($"statements or expressions are nested more than {MaxDepth} deep");
        var result = read(this);
        _depth--;
        return result;
    }

    public FormatException Error(string problem) => new($"line {Current.Line}: {problem}.");
}
