using System.Text.Json;
using TorchSharp;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The element types that safetensors and TorchSharp have in common.</summary>
internal static class SafetensorsTypes
{
    // In the reference implementation's order of alignment, narrowest first: the writer sorts by it.
    private static readonly (string Name, torch.ScalarType Type, int Size)[] s_types =
    [
        ("BOOL", torch.ScalarType.Bool, 1),
        ("U8", torch.ScalarType.Byte, 1),
        ("I8", torch.ScalarType.Int8, 1),
        ("I16", torch.ScalarType.Int16, 2),
        ("F16", torch.ScalarType.Float16, 2),
        ("BF16", torch.ScalarType.BFloat16, 2),
        ("I32", torch.ScalarType.Int32, 4),
        ("F32", torch.ScalarType.Float32, 4),
        ("F64", torch.ScalarType.Float64, 8),
        ("I64", torch.ScalarType.Int64, 8),
    ];

    public static string Names { get; } = string.Join(", ", s_types.Select(type => type.Name));

    /// <summary>The text that a reader stands at; one of a type takes no memory.</summary>
    public static string ReadName(ref Utf8JsonReader reader)
    {
        foreach (var (name, _, _) in s_types)
        {
            if (reader.ValueTextEquals(name))
                return name;
        }
        return reader.GetString()!;
    }

    public static bool TryParse(string name, out torch.ScalarType type)
    {
        var index = Array.FindIndex(s_types, entry => entry.Name == name);
        type = index < 0 ? default : s_types[index].Type;
        return index >= 0;
    }

    public static bool Contains(torch.ScalarType type) => Array.Exists(s_types, entry => entry.Type == type);

    public static string NameOf(torch.ScalarType type) => s_types[Rank(type)].Name;

    public static int SizeOf(torch.ScalarType type) => s_types[Rank(type)].Size;

    public static int Rank(torch.ScalarType type) => Array.FindIndex(s_types, entry => entry.Type == type);
}
