using System.Text;

namespace Microsoft.ML.BlockLlm.Jinja;

/// <summary>
/// A template in the part of Jinja that chat templates use: <c>for</c>, <c>if</c>, <c>set</c> and expressions. Everything else is refused when the template is read.
/// </summary>
internal sealed class JinjaTemplate
{
    private readonly Action<JinjaScope, StringBuilder> _body;

    /// <summary>Reads a template.</summary>
    /// <exception cref="FormatException">The template is broken, or uses something that is not supported; the message names it and its line.</exception>
    public JinjaTemplate(string source)
    {
        var tokens = new JinjaReader(JinjaLexer.Read(source));
        _body = Block(tokens);
        if (tokens.Current.Kind != JinjaKind.EndOfTemplate)
            throw tokens.Error($"'{tokens.Current.Value}' has no beginning");
    }

    /// <summary>Fills the template in.</summary>
    /// <param name="variables">The variables.</param>
    /// <exception cref="FormatException">The template refuses its input, or computes with values that do not fit.</exception>
    public string Render(params IEnumerable<(string Name, object? Value)> variables)
    {
        JinjaBudget.Begin();
        var scope = new JinjaScope();
        foreach (var (name, value) in variables)
            scope[name] = value;
        var output = new StringBuilder();
        _body(scope, output);
        return output.ToString();
    }

    /// <summary>Everything up to a statement that ends or goes on with the block around; that statement's name is then current.</summary>
    private static Action<JinjaScope, StringBuilder> Block(JinjaReader tokens)
    {
        var parts = new List<Action<JinjaScope, StringBuilder>>();
        while (tokens.Current.Kind != JinjaKind.EndOfTemplate)
        {
            var token = tokens.Take();
            if (token.Kind == JinjaKind.Text)
            {
                parts.Add((_, output) => output.Append(JinjaBudget.Spend(token.Value)));
            }
            else if (token.Kind == JinjaKind.BeginOutput)
            {
                var value = JinjaExpression.Read(tokens);
                tokens.Expect(JinjaKind.End);
                parts.Add((scope, output) => output.Append(JinjaBudget.Spend(JinjaValues.ToText(value(scope)))));
            }
            else if (tokens.Current.Value is "elif" or "else" or "endif" or "endfor")
            {
                break;
            }
            else
            {
                parts.Add(tokens.Nested(Statement));
            }
        }
        return (scope, output) => parts.ForEach(part => part(scope, output));
    }

    private static Action<JinjaScope, StringBuilder> Statement(JinjaReader tokens) => tokens.Take().Value switch
    {
        "if" => If(tokens),
        "for" => For(tokens),
        "set" => Set(tokens),
        var name => throw tokens.Error($"the statement '{name}' is not supported. Supported are for, if, elif, else and set"),
    };

    private static Action<JinjaScope, StringBuilder> If(JinjaReader tokens)
    {
        var condition = JinjaExpression.Read(tokens);
        tokens.Expect(JinjaKind.End);
        var then = Block(tokens);
        Action<JinjaScope, StringBuilder> otherwise = (_, _) => { };
        switch (tokens.Take().Value)
        {
            case "elif":
                otherwise = tokens.Nested(If);
                break;
            case "else":
                tokens.Expect(JinjaKind.End);
                otherwise = Block(tokens);
                tokens.Expect("endif");
                tokens.Expect(JinjaKind.End);
                break;
            case "endif":
                tokens.Expect(JinjaKind.End);
                break;
            default:
                throw tokens.Error("an 'if' has no 'endif'");
        }
        return (scope, output) => (JinjaValues.IsTrue(condition(scope)) ? then : otherwise)(scope, output);
    }

    private static Action<JinjaScope, StringBuilder> For(JinjaReader tokens)
    {
        var names = new List<string> { tokens.Expect(JinjaKind.Name).Value };
        while (tokens.TakeIf(","))
            names.Add(tokens.Expect(JinjaKind.Name).Value);
        tokens.Expect("in");
        var line = tokens.Current.Line;
        var items = JinjaExpression.ReadWithoutCondition(tokens);
        var filter = tokens.TakeIf("if") ? JinjaExpression.Read(tokens) : _ => true;
        tokens.Expect(JinjaKind.End);
        var body = Block(tokens);
        tokens.Expect("endfor");
        tokens.Expect(JinjaKind.End);
        return (scope, output) =>
        {
            var turns = JinjaValues.Items(items(scope), line).Select(item => Turn(scope, names, item, line)).Where(turn => JinjaValues.IsTrue(filter(turn))).ToList();
            foreach (var (index, turn) in turns.Index())
            {
                turn["loop"] = new Dictionary<string, object?>
                {
                    ["index"] = index + 1L, ["index0"] = (long)index, ["first"] = index == 0, ["last"] = index == turns.Count - 1, ["length"] = (long)turns.Count,
                };
                body(turn, output);
            }
        };
    }

    private static JinjaScope Turn(JinjaScope outer, List<string> names, object? item, int line)
    {
        JinjaBudget.Spend();
        var scope = new JinjaScope(outer);
        if (names.Count == 1)
        {
            scope[names[0]] = item;
            return scope;
        }
        var parts = JinjaValues.Items(item, line).ToList();
        if (parts.Count != names.Count)
            throw new FormatException($"line {line}: {names.Count} variables cannot take {parts.Count} values.");
        foreach (var (name, part) in names.Zip(parts))
            scope[name] = part;
        return scope;
    }

    private static Action<JinjaScope, StringBuilder> Set(JinjaReader tokens)
    {
        var name = tokens.Expect(JinjaKind.Name);
        var member = tokens.TakeIf(".") ? tokens.Expect(JinjaKind.Name).Value : null;
        if (tokens.Current.Value != "=")
            throw tokens.Error("'set' is supported only in the form 'set name = value'");
        tokens.Take();
        var value = JinjaExpression.Read(tokens);
        tokens.Expect(JinjaKind.End);
        if (member is null)
            return (scope, _) => scope[name.Value] = value(scope);
        return (scope, _) =>
        {
            var holder = scope[name.Value] as Dictionary<string, object?> ?? throw new FormatException($"line {name.Line}: '{name.Value}' is no namespace.");
            holder[member] = value(scope);
        };
    }
}
