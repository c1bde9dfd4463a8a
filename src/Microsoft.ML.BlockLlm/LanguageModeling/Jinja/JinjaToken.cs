namespace Microsoft.ML.BlockLlm.Jinja;

/// <summary>What a piece of a template is.</summary>
internal enum JinjaKind
{
    /// <summary>Text that is given out as it stands.</summary>
    Text,

    /// <summary>The beginning of <c>{{ … }}</c>.</summary>
    BeginOutput,

    /// <summary>The beginning of <c>{% … %}</c>.</summary>
    BeginStatement,

    /// <summary>The end of either.</summary>
    End,

    /// <summary>A name or keyword.</summary>
    Name,

    /// <summary>A string, without its quotes and escapes.</summary>
    String,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>An operator or bracket.</summary>
    Symbol,

    /// <summary>The end of the template.</summary>
    EndOfTemplate,
}

/// <summary>A piece of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">Its text.</param>
/// <param name="Line">The line that it stands in, from 1.</param>
internal readonly record struct JinjaToken(JinjaKind Kind, string Value, int Line);
