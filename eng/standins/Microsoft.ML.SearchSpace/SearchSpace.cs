using System.Collections;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.SearchSpace;

/// <summary>Options under their names, each with what it may be. Their features stand in the order of the names.</summary>
public class SearchSpace : OptionBase, IDictionary<string, OptionBase>
{
    private readonly Dictionary<string, OptionBase> _options = [];

    public override double[] Default => [.. InOrder.SelectMany(item => item.Value.Default)];

    public override int FeatureSpaceDim => _options.Values.Sum(option => option.FeatureSpaceDim);

    public override int?[] Step => [.. InOrder.SelectMany(item => item.Value.Step)];

    public ICollection<string> Keys => _options.Keys;

    public ICollection<OptionBase> Values => _options.Values;

    public int Count => _options.Count;

    public bool IsReadOnly => false;

    public OptionBase this[string key] { get => _options[key]; set => _options[key] = value; }

    private IEnumerable<KeyValuePair<string, OptionBase>> InOrder => _options.OrderBy(item => item.Key);

    public override Parameter SampleFromFeatureSpace(double[] feature)
    {
        var parameter = Parameter.CreateNestedParameter();
        var start = 0;
        foreach (var (name, option) in InOrder)
        {
            parameter[name] = option.SampleFromFeatureSpace(feature[start..(start + option.FeatureSpaceDim)]);
            start += option.FeatureSpaceDim;
        }
        return parameter;
    }

    public override double[] MappingToFeatureSpace(Parameter parameter) =>
        [.. InOrder.SelectMany(item => item.Value.MappingToFeatureSpace(parameter[item.Key]))];

    public void Add(string key, OptionBase value) => _options.Add(key, value);

    public void Add(KeyValuePair<string, OptionBase> item) => _options.Add(item.Key, item.Value);

    public void Clear() => _options.Clear();

    public bool Contains(KeyValuePair<string, OptionBase> item) => _options.Contains(item);

    public bool ContainsKey(string key) => _options.ContainsKey(key);

    public void CopyTo(KeyValuePair<string, OptionBase>[] array, int arrayIndex) =>
        ((ICollection<KeyValuePair<string, OptionBase>>)_options).CopyTo(array, arrayIndex);

    public bool Remove(string key) => _options.Remove(key);

    public bool Remove(KeyValuePair<string, OptionBase> item) => ((ICollection<KeyValuePair<string, OptionBase>>)_options).Remove(item);

    public bool TryGetValue(string key, out OptionBase value) => _options.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, OptionBase>> GetEnumerator() => _options.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
