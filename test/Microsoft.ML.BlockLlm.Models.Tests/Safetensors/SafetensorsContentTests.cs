using FsCheck;
using FsCheck.Fluent;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class SafetensorsContentTests
{
    private static readonly ScalarType[] s_types =
    [
        ScalarType.Bool, ScalarType.Byte, ScalarType.Int8, ScalarType.Int16, ScalarType.Float16, ScalarType.BFloat16,
        ScalarType.Int32, ScalarType.Float32, ScalarType.Float64, ScalarType.Int64,
    ];

    [TestMethod]
    public void Every_element_type_is_read_as_python_wrote_it()
    {
        using var scope = NewDisposeScope();
        var file = SafetensorsFile.Open(TestFiles.Golden("types.safetensors"));
        Assert.AreEqual("pt", file.Metadata["format"]);
        CollectionAssert.AreEqual(new[] { true, false, true }, file.ReadTensor("bool").data<bool>().ToArray());
        CollectionAssert.AreEqual(new byte[] { 0, 255 }, file.ReadTensor("bytes").data<byte>().ToArray());
        CollectionAssert.AreEqual(new sbyte[] { -128, 127 }, file.ReadTensor("int8").data<sbyte>().ToArray());
        CollectionAssert.AreEqual(new[] { short.MinValue, short.MaxValue }, file.ReadTensor("int16").data<short>().ToArray());
        CollectionAssert.AreEqual(new[] { 0.5f, -2, 0, 65504 }, Floats(file.ReadTensor("half")));
        CollectionAssert.AreEqual(new[] { 1, -3.5f, 0 }, Floats(file.ReadTensor("brain")));
        CollectionAssert.AreEqual(new[] { int.MinValue }, file.ReadTensor("int32").data<int>().ToArray());
        CollectionAssert.AreEqual(new[] { 0, 1, -2.5f, 3.25f, 1e-30f, 1e30f }, Floats(file.ReadTensor("b")));
        CollectionAssert.AreEqual(new long[] { 2, 3 }, file.ReadTensor("b").shape);
        CollectionAssert.AreEqual(Array.Empty<long>(), file.ReadTensor("a").shape);
        CollectionAssert.AreEqual(new long[] { 0, 4 }, file.ReadTensor("empty").shape);
        Assert.AreEqual(8, file.ReadTensor("ä").item<float>());
        CollectionAssert.AreEqual(new[] { 0.1 }, file.ReadTensor("double").data<double>().ToArray());
        CollectionAssert.AreEqual(new[] { long.MinValue, long.MaxValue }, file.ReadTensor("int64").data<long>().ToArray());
    }

    [TestMethod]
    public void Written_bytes_are_those_of_the_reference_layout()
    {
        using var scope = NewDisposeScope();
        var path = TestFiles.Golden("types.safetensors");
        var file = SafetensorsFile.Open(path);
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, file.Tensors.Reverse().Select(entry => (entry.Name, file.ReadTensor(entry.Name))));
        CollectionAssert.AreEqual(File.ReadAllBytes(path), stream.ToArray());
    }

    [TestMethod]
    public void What_is_written_is_read_back_bit_for_bit()
    {
        var shapes = Gen.Choose(0, 5).Select(size => (long)size).ArrayOf().Where(shape => shape.Length < 4);
        var tensors = shapes.SelectMany(shape => Gen.Elements(s_types).Select(type => (Shape: shape, Type: type))).ListOf().ToArbitrary();
        Prop.ForAll(tensors, list => RequireRoundTrip([.. list])).QuickCheckThrowOnFailure();
    }

    [TestMethod]
    public void Mapped_tensor_equals_the_one_read_and_changes_without_the_file()
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(TestFiles.TinyUseLite, "model.safetensors");
        var before = File.ReadAllBytes(path);
        var file = SafetensorsFile.Open(path);
        foreach (var entry in file.Tensors)
        {
            var mapped = file.MapTensor(entry.Name);
            Assert.IsTrue(mapped.equal(file.ReadTensor(entry.Name)).all().item<bool>(), entry.Name);
            mapped.zero_();
        }
        CollectionAssert.AreEqual(before, File.ReadAllBytes(path));
    }

    [TestMethod]
    public void Tensor_at_an_odd_place_is_read_where_it_cannot_be_mapped()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var header = "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[1,5]}}"u8;
        File.WriteAllBytes(folder.File("odd"), [.. BitConverter.GetBytes((long)header.Length), .. header, 9, .. BitConverter.GetBytes(2.5f)]);
        Assert.AreEqual(2.5f, SafetensorsFile.Open(folder.File("odd")).MapTensor("b").item<float>());
    }

    [TestMethod]
    public void Views_are_written_by_their_elements_not_their_storage()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var transposed = arange(6, float32).view(2, 3).t();
        SafetensorsWriter.Save(folder.File("view"), [("t", transposed)]);
        CollectionAssert.AreEqual(new float[] { 0, 3, 1, 4, 2, 5 }, Floats(SafetensorsFile.Open(folder.File("view")).ReadTensor("t")));
    }

    [TestMethod]
    public void Failed_save_keeps_the_older_file()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var path = folder.File("model.safetensors");
        SafetensorsWriter.Save(path, [("a", ones(2))]);
        var before = File.ReadAllBytes(path);
        Assert.ThrowsExactly<ArgumentException>(() => SafetensorsWriter.Save(path, [("a", ones(2)), ("a", ones(2))]));
        CollectionAssert.AreEqual(before, File.ReadAllBytes(path));
        Assert.HasCount(1, Directory.GetFiles(folder.Path));
    }

    [TestMethod]
    public void What_a_killed_save_left_is_deleted_by_a_later_one_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        string[] names = [$"model.safetensors.{Guid.NewGuid():N}.tmp", $"model.safetensors.{Guid.NewGuid():N}.tmp", "model.safetensors.mine.tmp"];
        foreach (var name in names)
            File.WriteAllText(folder.File(name), "half");
        foreach (var name in new[] { names[0], names[2] })
            File.SetLastWriteTimeUtc(folder.File(name), DateTime.UtcNow.AddDays(-1));

        SafetensorsWriter.Save(folder.File("model.safetensors"), [("a", ones(2))]);

        CollectionAssert.AreEquivalent(new[] { names[1], names[2], "model.safetensors" }, Directory.GetFiles(folder.Path).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public void Unknown_tensor_is_named()
    {
        var file = SafetensorsFile.Open(TestFiles.Golden("types.safetensors"));
        var exception = Assert.ThrowsExactly<SafetensorsException>(() => file.ReadTensor("nothing"));
        Assert.Contains("'nothing'", exception.Message);
    }

    private static bool RequireRoundTrip((long[] Shape, ScalarType Type)[] list)
    {
        using var scope = NewDisposeScope();
        var tensors = list.Select((item, index) => ($"tensor {index}", randint(0, 100, item.Shape).to_type(item.Type))).ToArray();
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, tensors);
        stream.Position = 0;
        var read = SafetensorsFile.ReadAll(stream, "stream");
        foreach (var tensor in read.Values)
            scope.Attach(tensor);
        return read.Count == tensors.Length && tensors.All(item =>
            read[item.Item1].dtype == item.Item2.dtype
            && read[item.Item1].shape.SequenceEqual(item.Item2.shape)
            && read[item.Item1].bytes.SequenceEqual(item.Item2.bytes));
    }

    private static float[] Floats(Tensor tensor) => tensor.to_type(float32).data<float>().ToArray();
}
