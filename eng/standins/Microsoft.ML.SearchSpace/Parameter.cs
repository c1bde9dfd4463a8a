using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.SearchSpace;

/// <summary>One value of a search space, or several under their names.</summary>
[JsonConverter(typeof(ParameterConverter))]
public sealed class Parameter : IDictionary<string, Parameter>, IEquatable<Parameter>
{
    private static readonly JsonSerializerOptions _json = new() { Converters = { new JsonStringEnumConverter() } };

    private Parameter(object value, ParameterType type)
    {
        Value = value;
        ParameterType = type;
    }

    public ParameterType ParameterType { get; }

    public int Count => ParameterType == ParameterType.Object ? Members.Count : 1;

    public bool IsReadOnly => false;

    public ICollection<string> Keys => Members.Keys;

    ICollection<Parameter> IDictionary<string, Parameter>.Values => Members.Values;

    public Parameter this[string key] { get => Members[key]; set => Members[key] = value; }

    internal object Value { get; }

    private Dictionary<string, Parameter> Members => Value as Dictionary<string, Parameter>
        ?? throw new InvalidOperationException("parameter is not object type.");

    public static Parameter FromDouble(double value) => new(value, ParameterType.Number);

    public static Parameter FromFloat(float value) => new(value, ParameterType.Number);

    public static Parameter FromLong(long value) => new(value, ParameterType.Integer);

    public static Parameter FromInt(int value) => new(value, ParameterType.Integer);

    public static Parameter FromString(string value) => new(value, ParameterType.String);

    public static Parameter FromBool(bool value) => new(value, ParameterType.Bool);

    public static Parameter FromEnum<T>(T value) where T : struct, Enum => FromString(value.ToString());

    public static Parameter FromIEnumerable<T>(IEnumerable<T> values) => new(values, ParameterType.Array);

    public static Parameter FromObject<T>(T value) where T : class => (object)value switch
    {
        int number => FromInt(number),
        long number => FromLong(number),
        double number => FromDouble(number),
        float number => FromFloat(number),
        string text => FromString(text),
        bool flag => FromBool(flag),
        Enum name => FromString(name.ToString()),
        IEnumerable values => new Parameter(values, ParameterType.Array),
        var other => JsonSerializer.Deserialize<Parameter>(JsonSerializer.Serialize(other, other.GetType(), _json), _json),
    };

    public static Parameter CreateNestedParameter(params KeyValuePair<string, Parameter>[] parameters) =>
        new(new Dictionary<string, Parameter>(parameters), ParameterType.Object);

    /// <summary>The value as another type: itself if it is of that type, else by way of JSON.</summary>
    public T AsType<T>() => Value is T value ? value : JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(Value, _json), _json);

    public void Add(string key, Parameter value) => Members.Add(key, value);

    public void Add(KeyValuePair<string, Parameter> item) => Members.Add(item.Key, item.Value);

    public void Clear() => Members.Clear();

    public bool Contains(KeyValuePair<string, Parameter> item) => Members.Contains(item);

    public bool ContainsKey(string key) => Members.ContainsKey(key);

    public void CopyTo(KeyValuePair<string, Parameter>[] array, int arrayIndex) =>
        ((ICollection<KeyValuePair<string, Parameter>>)Members).CopyTo(array, arrayIndex);

    public bool Remove(string key) => Members.Remove(key);

    public bool Remove(KeyValuePair<string, Parameter> item) => ((ICollection<KeyValuePair<string, Parameter>>)Members).Remove(item);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out Parameter value) => Members.TryGetValue(key, out value);

    IEnumerator<KeyValuePair<string, Parameter>> IEnumerable<KeyValuePair<string, Parameter>>.GetEnumerator() => Members.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => Members.GetEnumerator();

    public bool Equals(Parameter other) => other is not null && ToString() == other.ToString();

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    public override string ToString() => JsonSerializer.Serialize(this);
}
