using System.Text;
using System.Text.RegularExpressions;

namespace Microsoft.ML.BlockLlm.Jinja;

/// <summary>
/// Cuts a template into tokens. White space is treated as transformers sets Jinja up: the line end after a statement or comment is dropped, and so is the space before it
/// on its line; a minus sign drops all white space on its side.
/// </summary>
internal sealed partial class JinjaLexer
{
    // Each operator of a chain is computed within the next.
    private const int MaxWords = 1000;

    private readonly string _source;
    private readonly List<JinjaToken> _tokens = [];
    private int _position;
    private int _line = 1;

    private JinjaLexer(string source) => _source = source;

    /// <summary>The tokens of a template.</summary>
    /// <exception cref="FormatException">A tag or string does not end, or a character is not understood.</exception>
    public static List<JinjaToken> Read(string template)
    {
        var lexer = new JinjaLexer(template.EndsWith('\n') ? template[..^1] : template);
        while (lexer._position < lexer._source.Length)
            lexer.ReadTextAndTag();
        lexer.Add(JinjaKind.EndOfTemplate, "");
        return lexer._tokens;
    }

    private void ReadTextAndTag()
    {
        var tag = BeginOfTag().Match(_source, _position);
        var text = tag.Success ? _source[_position..tag.Index] : _source[_position..];
        if (tag.Success)
            text = WithoutEnd(text, tag);
        if (text.Length > 0)
            _tokens.Add(new JinjaToken(JinjaKind.Text, text, _line));
        MoveTo(tag.Success ? tag.Index + tag.Length : _source.Length);
        if (!tag.Success)
            return;
        if (tag.Value[1] == '#')
            SkipComment();
        else
            ReadTag(isStatement: tag.Value[1] == '%');
    }

    private string WithoutEnd(string text, Match tag)
    {
        if (tag.Value.EndsWith('-'))
            return text.TrimEnd();
        if (tag.Value[1] == '{' || tag.Value.EndsWith('+'))
            return text;
        var kept = text.TrimEnd(' ', '\t');
        var beginsLine = kept.Length > 0 ? kept[^1] == '\n' : _position == 0 || _source[_position - 1] == '\n';
        return beginsLine ? kept : text;
    }

    private void SkipComment()
    {
        var end = _source.IndexOf("#}", _position, StringComparison.Ordinal);
        if (end < 0)
            throw Error("a comment has no end");
        var trims = _source[end - 1] == '-';
        MoveTo(end + 2);
        SkipSpaceAfterTag(trims, isStatement: true);
    }

    private void ReadTag(bool isStatement)
    {
        Add(isStatement ? JinjaKind.BeginStatement : JinjaKind.BeginOutput, "");
        var ending = isStatement ? "%}" : "}}";
        for (var words = 0; ; words++)
        {
            if (words == MaxWords)
                throw Error($"a tag of more than {MaxWords} names, numbers, texts and signs is not supported");
            SkipSpace();
            if (_position >= _source.Length)
                throw Error($"a tag has no '{ending}'");
            var trims = _source[_position] == '-' && _source.AsSpan(_position + 1).StartsWith(ending);
            if (trims || _source.AsSpan(_position).StartsWith(ending))
            {
                MoveTo(_position + ending.Length + (trims ? 1 : 0));
                Add(JinjaKind.End, "");
                SkipSpaceAfterTag(trims, isStatement);
                return;
            }
            ReadExpressionToken();
        }
    }

    private void ReadExpressionToken()
    {
        var first = _source[_position];
        if (first is '\'' or '"')
        {
            ReadString(first);
            return;
        }
        var match = Word().Match(_source, _position);
        if (!match.Success)
            throw Error($"the character '{first}' is not understood");
        var kind = char.IsAsciiDigit(first) ? JinjaKind.Integer : char.IsAsciiLetter(first) || first == '_' ? JinjaKind.Name : JinjaKind.Symbol;
        Add(kind, match.Value);
        MoveTo(_position + match.Length);
    }

    private void ReadString(char quote)
    {
        var value = new StringBuilder();
        for (var i = _position + 1; i < _source.Length; i++)
        {
            if (_source[i] == quote)
            {
                Add(JinjaKind.String, value.ToString());
                MoveTo(i + 1);
                return;
            }
            if (_source[i] == '\\' && i + 1 < _source.Length)
                value.Append(_source[++i] switch { 'n' => "\n", 't' => "\t", 'r' => "\r", '\\' => "\\", '\'' => "'", '"' => "\"", var other => "\\" + other });
            else
                value.Append(_source[i]);
        }
        throw Error("a string has no end");
    }

    private void SkipSpaceAfterTag(bool trims, bool isStatement)
    {
        if (trims)
            SkipSpace();
        else if (isStatement && _position < _source.Length && _source[_position] == '\n')
            MoveTo(_position + 1);
    }

    private void SkipSpace() => MoveTo(_source.Length - _source.AsSpan(_position).TrimStart().Length);

    private void MoveTo(int position)
    {
        _line += _source.AsSpan(_position, position - _position).Count('\n');
        _position = position;
    }

    private void Add(JinjaKind kind, string value) => _tokens.Add(new JinjaToken(kind, value, _line));

    private FormatException Error(string problem) => new($"line {_line}: {problem}.");

    [GeneratedRegex(@"\{[{%#][-+]?")]
    private static partial Regex BeginOfTag();

    [GeneratedRegex(@"\G(\w+|==|!=|<=|>=|//|[-+*/%~<>=|.,:()\[\]{}])")]
    private static partial Regex Word();
}
