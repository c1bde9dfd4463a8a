using System.ComponentModel;
using System.Globalization;
using System.Reflection;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>One setting of a command: a property of its settings record, which a flag and a key of the configuration file of the same name set.</summary>
internal sealed class Setting
{
    private const string Nothing = "none";

    private readonly PropertyInfo _property;
    private readonly Type _type;
    private readonly bool _mayBeNull;

    public Setting(PropertyInfo property)
    {
        _property = property;
        _type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        _mayBeNull = _type != property.PropertyType || new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
        Key = KebabCase.Of(property.Name);
        Description = property.GetCustomAttribute<DescriptionAttribute>()?.Description
            ?? throw new InvalidOperationException($"{property.DeclaringType}.{property.Name} has no description.");
    }

    /// <summary>Its name in flags and configuration files.</summary>
    public string Key { get; }

    public string Description { get; }

    public bool IsSwitch => _type == typeof(bool);

    public bool IsList => _type == typeof(IReadOnlyList<string>);

    /// <summary>What kind of value help shows: <c>number</c>, <c>text</c>, or the names to choose from.</summary>
    public string ValueName => _type.IsEnum ? string.Join('|', KebabCase.NamesOf(_type)) : _type == typeof(int) || _type == typeof(double) ? "number" : IsSwitch ? "true|false" : "text";

    /// <summary>Whether a method takes it.</summary>
    public bool IsOf(MethodName method) => OnlyForAttribute.IsTakenBy(_property, method);

    public object? ValueOf(object settings) => _property.GetValue(settings);

    /// <summary>Gives the property of some settings the value that it has in others.</summary>
    public void Copy(object from, object to) => _property.SetValue(to, _property.GetValue(from));

    /// <summary>Sets the property from texts.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="texts">As many texts as a list has entries; else one.</param>
    /// <param name="source">Where they are from, for messages: <c>--epochs</c>, or a file and its line.</param>
    /// <exception cref="UsageException">A text is none of its values, or there is not one text where there must be one.</exception>
    public void Apply(object settings, IReadOnlyList<string> texts, string source)
    {
        if (!IsList && texts.Count != 1)
            throw new UsageException($"{source}: {Key} has one value, but a list of {texts.Count} is given. Give one value.");
        object? value = IsList ? (texts is [Nothing] ? [] : texts) : Parse(texts[0], source);
        _property.SetValue(settings, value);
    }

    /// <summary>A value as it stands in a configuration file.</summary>
    public static object? ToPlain(object? value) => value is Enum name ? KebabCase.Of(name.ToString()) : value;

    /// <summary>A value as <see cref="ToPlain"/> gives it, in words.</summary>
    public static string ToText(object? value) => value switch
    {
        null or IReadOnlyList<string> { Count: 0 } => Nothing,
        IReadOnlyList<string> list => string.Join(", ", list),
        bool isOn => isOn ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private object? Parse(string text, string source)
    {
        if (_mayBeNull && text == Nothing)
            return null;
        if (_type == typeof(string))
            return text;
        if (_type == typeof(int))
            return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : throw Wrong(text, source, "a whole number");
        if (_type == typeof(double))
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong(text, source, "a number");
        if (_type == typeof(bool))
            return bool.TryParse(text, out var flag) ? flag : throw Wrong(text, source, "true or false");
        return KebabCase.Find(_type, text) ?? throw Wrong(text, source, $"one of {string.Join(", ", KebabCase.NamesOf(_type))}");
    }

    private UsageException Wrong(string text, string source, string wanted) =>
        new($"{source}: {Key} is '{text}', but must be {wanted}{(_mayBeNull ? $", or '{Nothing}'" : "")}.");
}
