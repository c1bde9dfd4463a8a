namespace Microsoft.ML.BlockLlm.Jinja;

/// <summary>The variables of a template, or of one turn of a loop in it.</summary>
/// <param name="outer">The scope around; null for the template's.</param>
internal sealed class JinjaScope(JinjaScope? outer = null)
{
    private readonly Dictionary<string, object?> _variables = new(StringComparer.Ordinal);

    /// <summary>The value of a variable, or <see cref="JinjaValues.Undefined"/>.</summary>
    public object? this[string name]
    {
        get => _variables.TryGetValue(name, out var value) ? value : outer is null ? JinjaValues.Undefined : outer[name];
        set => _variables[name] = value;
    }
}
