using System.Buffers.Binary;
using System.Text.Json;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The header of a safetensors file: an eight-byte length, then JSON that names every tensor.</summary>
/// <param name="Entries">The tensors in the order of their data.</param>
/// <param name="Metadata">The free text under <c>__metadata__</c>.</param>
/// <param name="Size">Bytes before the data: the length field and the JSON.</param>
internal sealed record SafetensorsHeader(
    IReadOnlyList<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata, long Size)
{
    private const int MaxJsonSize = 100_000_000;
    private const int FirstRead = 1 << 12;

    // libtorch's operators know no more.
    private const int MaxDimensions = 64;

    // A type that nobody knows is quoted in a message, but not if it is most of the file.
    private const int MaxQuoted = 32;
    private const string MetadataKey = "__metadata__";

    /// <summary>Bytes of data that the tensors take together.</summary>
    public long DataSize => Entries.Count == 0 ? 0 : Entries[^1].End;

    /// <summary>Reads and checks a header.</summary>
    /// <param name="stream">Stands at the first byte of the file, and afterwards at the first byte of the data.</param>
    /// <param name="source">What to call the file in messages.</param>
    public static SafetensorsHeader Read(Stream stream, string source)
    {
        Span<byte> lengthField = stackalloc byte[sizeof(ulong)];
        if (stream.ReadAtLeast(lengthField, sizeof(ulong), throwOnEndOfStream: false) < sizeof(ulong))
            throw new SafetensorsException(source, "the file is shorter than the 8 bytes that give the header's length. Fetch it again.");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(lengthField);
        if (length > MaxJsonSize)
            throw new SafetensorsException(source, $"the header's length is given as {length} bytes, more than the format's {MaxJsonSize}. This is no safetensors file.");

        return Parse(ReadJson(stream, (int)length) ?? throw new SafetensorsException(source, $"the file ends inside its header of {length} bytes. Fetch it again."), source);
    }

    /// <summary>The bytes of a header: the length field, the JSON, and spaces up to a multiple of eight.</summary>
    public static byte[] Write(IEnumerable<SafetensorsEntry> entries, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        using var buffer = new MemoryStream();
        buffer.Write(stackalloc byte[sizeof(ulong)]);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject(MetadataKey);
            foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                json.WriteString(key, value);
            json.WriteEndObject();
            foreach (var entry in entries)
                WriteEntry(json, entry);
            json.WriteEndObject();
        }
        while (buffer.Length % sizeof(ulong) != 0)
            buffer.WriteByte((byte)' ');
        var bytes = buffer.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)(bytes.Length - sizeof(ulong)));
        return bytes;
    }

    private static void WriteEntry(Utf8JsonWriter json, SafetensorsEntry entry)
    {
        json.WriteStartObject(entry.Name);
        json.WriteString("dtype", SafetensorsTypes.NameOf(entry.DType));
        json.WriteStartArray("shape");
        foreach (var dimension in entry.Shape)
            json.WriteNumberValue(dimension);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(entry.Begin);
        json.WriteNumberValue(entry.End);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // A file can say any length: memory is taken for bytes that are there or, where a stream does not know how many are, as they come. Null if they end before.
    private static byte[]? ReadJson(Stream stream, int length)
    {
        if (stream.CanSeek && stream.Length - stream.Position < length)
            return null;
        var json = new byte[stream.CanSeek ? length : Math.Min(length, FirstRead)];
        for (var read = 0; ;)
        {
            read += stream.ReadAtLeast(json.AsSpan(read), json.Length - read, throwOnEndOfStream: false);
            if (read < json.Length)
                return null;
            if (read == length)
                return json;
            Array.Resize(ref json, (int)Math.Min(length, 2L * json.Length));
        }
    }

    // Token by token: a header has up to 100 MB, and a document of it would take as much again several times.
    private static SafetensorsHeader Parse(byte[] json, string source)
    {
        if (json.Length == 0 || json[0] != (byte)'{')
            throw new SafetensorsException(source, "the header is no JSON object. This is no safetensors file.");
        try
        {
            StrictJson.RequireTexts(json);
            var metadata = new Dictionary<string, string>();
            var reader = new Utf8JsonReader(json);
            reader.Read();
            var count = CountMembers(reader);
            var entries = new List<SafetensorsEntry>(count);
            var names = new HashSet<string>(count, StringComparer.Ordinal);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                if (!names.Add(name))
                    throw TwiceThere(name);
                reader.Read();
                if (name == MetadataKey)
                    ReadMetadata(ref reader, metadata, source);
                else
                    entries.Add(ReadEntry(ref reader, name, source));
            }
            entries.Sort((left, right) => (left.Begin, left.End).CompareTo((right.Begin, right.End)));
            RequireSeamless(entries, source);
            return new SafetensorsHeader(entries, metadata, sizeof(ulong) + json.LongLength);
        }
        catch (JsonException exception)
        {
            throw new SafetensorsException(source, $"the header is no valid JSON in UTF-8: {exception.Message}", innerException: exception);
        }
    }

    private static void ReadMetadata(ref Utf8JsonReader reader, Dictionary<string, string> metadata, string source)
    {
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        metadata.EnsureCapacity(isObject ? CountMembers(reader) : 0);
        while (isObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            isObject = reader.Read() && reader.TokenType == JsonTokenType.String;
            if (isObject && !metadata.TryAdd(key, reader.GetString()!))
                throw TwiceThere(key);
        }
        if (!isObject)
            throw new SafetensorsException(source, "__metadata__ must hold texts only.");
    }

    private static SafetensorsEntry ReadEntry(ref Utf8JsonReader reader, string name, string source)
    {
        SafetensorsException Problem(string problem) => new(source, problem, name);

        const string members = "its header entry must have dtype, shape and data_offsets, and nothing else.";
        string? type = null;
        long[]? shape = null;
        (long From, long To)? offsets = null;
        Span<long> sizes = stackalloc long[MaxDimensions];
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Problem(members);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (type is null && reader.ValueTextEquals("dtype"u8))
                type = reader.Read() && reader.TokenType == JsonTokenType.String ? SafetensorsTypes.ReadName(ref reader) : throw Problem(members);
            else if (shape is null && reader.ValueTextEquals("shape"u8))
                shape = TryReadSizes(ref reader, sizes, out var dimensions) ? sizes[..dimensions].ToArray() : throw Problem($"its shape must be a list of whole numbers from 0 up, of {MaxDimensions} at most.");
            else if (offsets is null && reader.ValueTextEquals("data_offsets"u8))
                offsets = TryReadSizes(ref reader, sizes, out var ends) && ends == 2 && sizes[0] <= sizes[1] ? (sizes[0], sizes[1]) : throw Problem("its data_offsets must be two whole numbers, begin and end.");
            else
                throw Problem(members);
        }

        if (type is null || shape is null || offsets is not var (from, to))
            throw Problem(members);
        if (!SafetensorsTypes.TryParse(type, out var dtype))
            throw Problem($"its element type {(type.Length <= MaxQuoted ? type : $"{type.AsSpan(0, MaxQuoted)}…")} is not supported; those supported are {SafetensorsTypes.Names}.");
        var size = ByteCountOf(shape, dtype);
        if (size is null)
            throw Problem($"its shape [{string.Join(", ", shape)}] is larger than any file can be.");
        if (size != to - from)
            throw Problem($"its shape [{string.Join(", ", shape)}] of {type} takes {size} bytes, but its data_offsets give {to - from}.");
        return new SafetensorsEntry(name, dtype, shape, from, to);
    }

    /// <summary>Reads a list of whole numbers from 0 up; false where it is none, or one of more than there is room for.</summary>
    private static bool TryReadSizes(ref Utf8JsonReader reader, scoped Span<long> sizes, out int count)
    {
        count = 0;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            return false;
        while (reader.Read() && count < sizes.Length && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var size) && size >= 0)
            sizes[count++] = size;
        return reader.TokenType == JsonTokenType.EndArray;
    }

    /// <summary>How many members the object has that a reader stands at: lists that grow take several times what they hold.</summary>
    private static int CountMembers(Utf8JsonReader ahead)
    {
        var (count, depth) = (0, ahead.CurrentDepth);
        while (ahead.Read() && ahead.CurrentDepth > depth)
            count += ahead.TokenType == JsonTokenType.PropertyName && ahead.CurrentDepth == depth + 1 ? 1 : 0;
        return count;
    }

    private static JsonException TwiceThere(string name) => new($"the name '{name}' is there twice.");

    private static long? ByteCountOf(long[] shape, TorchSharp.torch.ScalarType dtype)
    {
        // Without the zeros first: [2^62, 2^62, 0] overflows on the way to its 0.
        Int128 count = SafetensorsTypes.SizeOf(dtype);
        foreach (var dimension in shape)
        {
            if (dimension == 0)
                return 0;
            if (count <= long.MaxValue)
                count *= dimension;
        }
        return count <= long.MaxValue ? (long)count : null;
    }

    private static void RequireSeamless(List<SafetensorsEntry> entries, string source)
    {
        var end = 0L;
        foreach (var entry in entries)
        {
            if (entry.Begin != end)
                throw new SafetensorsException(
                    source, $"its data begins at byte {entry.Begin} where {end} is due: the file has a {(entry.Begin > end ? "hole" : "overlap")}.", entry.Name);
            end = entry.End;
        }
    }
}
