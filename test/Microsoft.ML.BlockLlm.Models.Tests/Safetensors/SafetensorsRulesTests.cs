using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>Every rule of the format, broken.</summary>
[TestClass]
public sealed class SafetensorsRulesTests
{
    [TestMethod]
    [DataRow("[]", "no JSON object", DisplayName = "a list")]
    [DataRow(" {}", "no JSON object", DisplayName = "space before the object")]
    [DataRow("", "no JSON object", DisplayName = "nothing")]
    [DataRow("{\"a\":", "no valid JSON", DisplayName = "broken JSON")]
    [DataRow("{\"__metadata__\":{\"k\":1}}", "texts only", DisplayName = "a number as metadata")]
    [DataRow("{\"__metadata__\":[]}", "texts only", DisplayName = "a list as metadata")]
    public void Header_must_be_an_object_in_json(string header, string problem) => RequireRefused(header, 0, problem);

    [TestMethod]
    [DataRow("{\"a\":1}", "dtype, shape and data_offsets", DisplayName = "a number")]
    [DataRow("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", "dtype, shape and data_offsets", DisplayName = "no offsets")]
    [DataRow("{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", "dtype, shape and data_offsets", DisplayName = "no type")]
    [DataRow("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}}", "dtype, shape and data_offsets", DisplayName = "one more")]
    [DataRow("{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[4],\"data_offsets\":[0,4]}}", "F8_E4M3 is not supported", DisplayName = "a type that torch has not")]
    [DataRow("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", "whole numbers from 0 up", DisplayName = "a negative size")]
    [DataRow("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", "whole numbers from 0 up", DisplayName = "half an element")]
    [DataRow("{\"a\":{\"dtype\":\"F32\",\"shape\":4,\"data_offsets\":[0,4]}}", "whole numbers from 0 up", DisplayName = "a number for a shape")]
    [DataRow("{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}}", "whole numbers from 0 up", DisplayName = "a size beyond 64 bits")]
    [DataRow("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}", "larger than any file", DisplayName = "a shape that overflows to 0")]
    [DataRow("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", "begin and end", DisplayName = "end before begin")]
    [DataRow("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", "begin and end", DisplayName = "one offset")]
    [DataRow("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", "takes 8 bytes", DisplayName = "offsets that do not fit the shape")]
    [DataRow("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", "and nothing else", DisplayName = "two types")]
    [DataRow("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"shape\":[1],\"data_offsets\":[0,4]}}", "and nothing else", DisplayName = "two shapes")]
    [DataRow("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"data_offsets\":[0,4]}}", "and nothing else", DisplayName = "two pairs of offsets")]
    [DataRow("{\"a\":{\"dtype\":\"F32\",\"shape\":[[1]],\"data_offsets\":[0,4]}}", "whole numbers from 0 up", DisplayName = "a shape within a shape")]
    public void Entry_must_be_whole_and_agree_with_itself(string header, string problem) => RequireRefused(header, 4, problem, tensor: "a");

    [TestMethod]
    [DataRow("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", DisplayName = "a tensor")]
    [DataRow("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\"\\u0061\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", DisplayName = "a tensor, once in escapes")]
    [DataRow("{\"__metadata__\":{\"by\":\"one\",\"by\":\"two\"},\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", DisplayName = "a key of the metadata")]
    public void Name_must_not_occur_twice(string header) => RequireRefused(header, 1, "is there twice");

    [TestMethod]
    public void Nothing_may_follow_the_header_in_its_place() => RequireRefused("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}{}", 1, "no valid JSON");

    [TestMethod]
    public void Data_must_have_no_hole() =>
        RequireRefused(TwoTensors("[0,1]", "[2,3]"), 3, "hole", tensor: "b");

    [TestMethod]
    public void Data_must_not_overlap() =>
        RequireRefused(TwoTensors("[0,1]", "[0,1]"), 1, "overlap", tensor: "b");

    [TestMethod]
    public void Data_must_not_be_cut_off() => RequireRefused(TwoTensors("[0,1]", "[1,2]"), 1, "cut off");

    [TestMethod]
    public void Nothing_may_follow_the_data() => RequireRefused(TwoTensors("[0,1]", "[1,2]"), 3, "after");

    [TestMethod]
    public void Header_must_be_utf8() =>
        RequireRefused([.. "{\""u8, 0xC3, 0x28, .. "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}"u8], "UTF-8");

    [TestMethod]
    public void Header_longer_than_100_MB_is_refused_unread()
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, 100_000_001);
        RequireFileRefused(bytes, "100000001 bytes");
    }

    [TestMethod]
    public void File_must_not_end_inside_its_header()
    {
        var bytes = new byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, 5);
        RequireFileRefused(bytes, "inside its header");
    }

    [TestMethod]
    public void File_must_have_a_length_field() => RequireFileRefused([1, 2, 3], "8 bytes");

    [TestMethod]
    public void Tensor_must_have_no_more_dimensions_than_operators_know()
    {
        static string Header(int dimensions) => $"{{\"a\":{{\"dtype\":\"U8\",\"shape\":[{string.Join(',', Enumerable.Repeat(1, dimensions))}],\"data_offsets\":[0,1]}}}}";

        RequireRefused(Header(65), 1, "of 64 at most", tensor: "a");
        using var stream = new MemoryStream([.. WithLength(Encoding.UTF8.GetBytes(Header(64))), 7]);
        using var tensor = SafetensorsFile.ReadAll(stream, "stream")["a"];
        Assert.AreEqual(64, tensor.shape.Length);
    }

    [TestMethod]
    public void Zero_in_a_shape_keeps_the_other_sizes_from_overflowing()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("zero"), WithLength("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4611686018427387904,0],\"data_offsets\":[0,0]}}"u8));
        Assert.AreEqual(0, SafetensorsFile.Open(folder.File("zero")).Tensors.Single().ByteCount);
    }

    [TestMethod]
    public void Stream_is_cut_off_where_its_header_asks_for_more_than_there_is()
    {
        var bytes = WithLength("{\"a\":{\"dtype\":\"U8\",\"shape\":[1125899906842624],\"data_offsets\":[0,1125899906842624]}}"u8);
        using var whole = new MemoryStream(bytes);
        using var unseekable = Unseekable(bytes);
        foreach (var stream in (Stream[])[whole, unseekable])
            Assert.Contains("cut off", Assert.ThrowsExactly<SafetensorsException>(() => SafetensorsFile.ReadAll(stream, "stream")).Message);
    }

    [TestMethod]
    public void Tensor_of_several_pieces_is_read_from_a_stream_that_cannot_seek()
    {
        using var written = TorchSharp.torch.rand(3, 1 << 20);
        using var file = new MemoryStream();
        SafetensorsWriter.Write(file, [("weight", written)]);
        using var stream = Unseekable(file.ToArray());
        using var read = SafetensorsFile.ReadAll(stream, "stream")["weight"];
        CollectionAssert.AreEqual(new long[] { 3, 1 << 20 }, read.shape);
        Assert.IsTrue(written.bytes.SequenceEqual(read.bytes));
    }

    [TestMethod]
    public void Type_that_is_most_of_the_file_is_not_quoted_whole()
    {
        var type = new string('x', 1000);
        var header = $"{{\"a\":{{\"dtype\":\"{type}\",\"shape\":[1],\"data_offsets\":[0,1]}}}}";
        RequireRefused(header, 1, $"element type {type[..32]}… is not supported", tensor: "a");
    }

    [TestMethod]
    [DataRow("{\"\\ud800\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}", DisplayName = "in a name")]
    [DataRow("{\"__metadata__\":{\"k\":\"\\udc00\"}}", DisplayName = "in the metadata")]
    [DataRow("{\"a\":{\"dtype\":\"\\ud800x\",\"shape\":[0],\"data_offsets\":[0,0]}}", DisplayName = "in a type")]
    public void Header_must_have_no_half_of_a_surrogate_pair(string header) => RequireRefused(header, 0, "half a surrogate pair");

    private static string TwoTensors(string first, string second) =>
        $"{{\"a\":{{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":{first}}},\"b\":{{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":{second}}}}}";

    private static void RequireRefused(string header, int dataSize, string problem, string? tensor = null) =>
        RequireRefused([.. Encoding.UTF8.GetBytes(header)], problem, dataSize, tensor);

    private static void RequireRefused(byte[] header, string problem, int dataSize = 0, string? tensor = null)
    {
        byte[] bytes = [.. WithLength(header), .. new byte[dataSize]];
        RequireFileRefused(bytes, problem, tensor);
        // The same bytes as a stream that cannot seek.
        using var stream = Unseekable(bytes);
        var exception = Assert.ThrowsExactly<SafetensorsException>(() => SafetensorsFile.ReadAll(stream, "stream"));
        Assert.Contains(problem, exception.Message);
    }

    private static void RequireFileRefused(byte[] bytes, string problem, string? tensor = null)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("broken.safetensors");
        File.WriteAllBytes(path, bytes);
        var exception = Assert.ThrowsExactly<SafetensorsException>(() => SafetensorsFile.Open(path));
        Assert.Contains(problem, exception.Message);
        Assert.AreEqual(path, exception.FileName);
        Assert.AreEqual(tensor, exception.TensorName);
    }

    private static byte[] WithLength(ReadOnlySpan<byte> header)
    {
        var bytes = new byte[8 + header.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)header.Length);
        header.CopyTo(bytes.AsSpan(8));
        return bytes;
    }

    private static System.IO.Compression.BrotliStream Unseekable(byte[] bytes) => new(Compressed(bytes), System.IO.Compression.CompressionMode.Decompress);

    private static MemoryStream Compressed(byte[] bytes)
    {
        var stream = new MemoryStream();
        using (var brotli = new System.IO.Compression.BrotliStream(stream, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            brotli.Write(bytes);
        stream.Position = 0;
        return stream;
    }
}
