using System.Globalization;

namespace Microsoft.ML.BlockLlm.Jinja;

/// <summary>Reads expressions, from those that bind least to those that bind most.</summary>
internal static class JinjaExpression
{
    private static readonly string[] s_comparisons = ["==", "!=", "<", ">", "<=", ">="];

    /// <summary>Reads an expression, which may be <c>a if b else c</c>.</summary>
    public static Func<JinjaScope, object?> Read(JinjaReader tokens)
    {
        var value = ReadWithoutCondition(tokens);
        if (!tokens.TakeIf("if"))
            return value;
        var condition = ReadWithoutCondition(tokens);
        var otherwise = tokens.TakeIf("else") ? tokens.Nested(Read) : _ => JinjaValues.Undefined;
        return scope => (JinjaValues.IsTrue(condition(scope)) ? value : otherwise)(scope);
    }

    /// <summary>Reads an expression that ends before an <c>if</c>, such as what a loop goes through.</summary>
    public static Func<JinjaScope, object?> ReadWithoutCondition(JinjaReader tokens) => tokens.Nested(Or);

    private static Func<JinjaScope, object?> Or(JinjaReader tokens)
    {
        var left = And(tokens);
        while (tokens.TakeIf("or"))
        {
            var (first, second) = (left, And(tokens));
            left = scope => first(scope) is var value && JinjaValues.IsTrue(value) ? value : second(scope);
        }
        return left;
    }

    private static Func<JinjaScope, object?> And(JinjaReader tokens)
    {
        var left = Not(tokens);
        while (tokens.TakeIf("and"))
        {
            var (first, second) = (left, Not(tokens));
            left = scope => first(scope) is var value && JinjaValues.IsTrue(value) ? second(scope) : value;
        }
        return left;
    }

    private static Func<JinjaScope, object?> Not(JinjaReader tokens)
    {
        if (!tokens.TakeIf("not"))
            return Comparison(tokens);
        var value = tokens.Nested(Not);
        return scope => !JinjaValues.IsTrue(value(scope));
    }

    private static Func<JinjaScope, object?> Comparison(JinjaReader tokens)
    {
        var left = Sum(tokens);
        while (true)
        {
            var line = tokens.Current.Line;
            var operation = s_comparisons.FirstOrDefault(tokens.TakeIf) ?? (tokens.TakeIf("in") ? "in" : tokens.TakeIf("not") ? "not in" : null);
            if (operation is null)
                return left;
            if (operation == "not in")
                tokens.Expect("in");
            var (first, second) = (left, Sum(tokens));
            left = scope => JinjaOperators.Compare(operation, first(scope), second(scope), line);
        }
    }

    private static Func<JinjaScope, object?> Sum(JinjaReader tokens) => Binary(tokens, Product, "+", "-", "~");

    private static Func<JinjaScope, object?> Product(JinjaReader tokens) => Binary(tokens, Unary, "*", "//", "%");

    private static Func<JinjaScope, object?> Binary(JinjaReader tokens, Func<JinjaReader, Func<JinjaScope, object?>> operand, params string[] operations)
    {
        var left = operand(tokens);
        while (operations.FirstOrDefault(tokens.TakeIf) is { } operation)
        {
            var line = tokens.Current.Line;
            var (first, second) = (left, operand(tokens));
            left = scope => JinjaOperators.Apply(operation, first(scope), second(scope), line);
        }
        return left;
    }

    private static Func<JinjaScope, object?> Unary(JinjaReader tokens)
    {
        var line = tokens.Current.Line;
        if (!tokens.TakeIf("-"))
            return Postfix(tokens);
        var value = tokens.Nested(Unary);
        return scope => JinjaOperators.Apply("-", 0L, value(scope), line);
    }

    private static Func<JinjaScope, object?> Postfix(JinjaReader tokens)
    {
        var value = Primary(tokens);
        while (true)
        {
            var (line, target) = (tokens.Current.Line, value);
            if (tokens.TakeIf("."))
            {
                var name = tokens.Expect(JinjaKind.Name).Value;
                if (tokens.TakeIf("("))
                {
                    var (arguments, _) = Arguments(tokens);
                    JinjaFunctions.RequireMethod(name, line);
                    value = scope => JinjaFunctions.CallMethod(target(scope), name, [.. arguments.Select(argument => argument(scope))], line);
                }
                else
                {
                    value = scope => JinjaOperators.Member(target(scope), name, line);
                }
            }
            else if (tokens.TakeIf("["))
            {
                value = Subscript(tokens, target, line);
            }
            else if (tokens.TakeIf("|"))
            {
                var name = tokens.Expect(JinjaKind.Name).Value;
                var (arguments, named) = tokens.TakeIf("(") ? Arguments(tokens) : ([], []);
                JinjaFunctions.RequireFilter(name, line);
                value = scope => JinjaFunctions.Filter(
                    name, target(scope), [.. arguments.Select(argument => argument(scope))], named.ToDictionary(item => item.Key, item => item.Value(scope)), line);
            }
            else if (tokens.TakeIf("is"))
            {
                value = Test(tokens, target, line);
            }
            else
            {
                return value;
            }
        }
    }

    private static Func<JinjaScope, object?> Subscript(JinjaReader tokens, Func<JinjaScope, object?> target, int line)
    {
        var start = tokens.Current.Value == ":" ? null : tokens.Nested(Read);
        if (!tokens.TakeIf(":"))
        {
            tokens.Expect("]");
            return scope => JinjaOperators.Item(target(scope), start!(scope), line);
        }
        var end = tokens.Current.Value is "]" or ":" ? null : tokens.Nested(Read);
        var step = tokens.TakeIf(":") && tokens.Current.Value != "]" ? tokens.Nested(Read) : null;
        tokens.Expect("]");
        return scope => JinjaOperators.Slice(target(scope), start?.Invoke(scope), end?.Invoke(scope), step?.Invoke(scope), line);
    }

    private static Func<JinjaScope, object?> Test(JinjaReader tokens, Func<JinjaScope, object?> target, int line)
    {
        var isNegated = tokens.TakeIf("not");
        var name = tokens.Expect(JinjaKind.Name).Value;
        JinjaFunctions.RequireTest(name, line);
        Func<JinjaScope, object?> argument = name is "equalto" or "eq" ? Primary(tokens) : _ => null;
        return scope => JinjaFunctions.Test(name, target(scope), argument(scope)) != isNegated;
    }

    private static Func<JinjaScope, object?> Primary(JinjaReader tokens)
    {
        if (tokens.TakeIf("("))
        {
            var value = tokens.Nested(Read);
            tokens.Expect(")");
            return value;
        }
        if (tokens.TakeIf("["))
        {
            var (items, _) = Arguments(tokens, "]");
            return scope => items.Select(item => item(scope)).ToList();
        }
        if (tokens.Current.Kind is not (JinjaKind.Name or JinjaKind.String or JinjaKind.Integer))
            throw tokens.Error($"'{tokens.Current.Value}' is not supported in an expression");
        var token = tokens.Take();
        return token switch
        {
            { Kind: JinjaKind.String } => _ => token.Value,
            { Kind: JinjaKind.Integer } => long.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? _ => number : throw tokens.Error($"the number '{token.Value}' is not supported"),
            { Value: "true" or "True" } => _ => true,
            { Value: "false" or "False" } => _ => false,
            { Value: "none" or "None" } => _ => null,
            _ when tokens.TakeIf("(") => Call(tokens, token),
            _ => scope => scope[token.Value],
        };
    }

    private static Func<JinjaScope, object?> Call(JinjaReader tokens, JinjaToken name)
    {
        var (arguments, named) = Arguments(tokens);
        return name.Value switch
        {
            "raise_exception" when arguments.Count == 1 => scope => throw new FormatException($"it refuses the conversation: {JinjaValues.ToText(arguments[0](scope))}"),
            "namespace" when arguments.Count == 0 => scope => named.ToDictionary(item => item.Key, item => item.Value(scope)),
            // A template may ask whether it is defined, and go on without it; so it is refused only where it is called.
            "strftime_now" => _ => throw new FormatException($"line {name.Line}: the function 'strftime_now' is not supported, for a model must learn the same text every day."),
            _ => throw new FormatException($"line {name.Line}: the function '{name.Value}' is not supported. Supported are raise_exception and namespace."),
        };
    }

    private static (List<Func<JinjaScope, object?>> Positional, Dictionary<string, Func<JinjaScope, object?>> Named) Arguments(JinjaReader tokens, string end = ")")
    {
        var positional = new List<Func<JinjaScope, object?>>();
        var named = new Dictionary<string, Func<JinjaScope, object?>>();
        while (!tokens.TakeIf(end))
        {
            if (positional.Count + named.Count > 0)
                tokens.Expect(",");
            if (tokens.IsNamedArgument)
            {
                var name = tokens.Take().Value;
                tokens.Take();
                named[name] = tokens.Nested(Read);
            }
            else
            {
                positional.Add(tokens.Nested(Read));
            }
        }
        return (positional, named);
    }
}
