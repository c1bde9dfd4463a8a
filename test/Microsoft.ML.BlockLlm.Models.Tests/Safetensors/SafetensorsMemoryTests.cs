using System.Buffers.Binary;
using System.Text;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>What reading weights allocates: a small multiple of the header, garbage included, and nothing for the data.</summary>
[TestClass]
public sealed class SafetensorsMemoryTests
{
    private const int Count = 40_000;
    private const long Fixed = 64 << 10;

    [TestMethod]
    public void Header_of_many_tensors_takes_six_times_its_bytes_at_most() => RequireAllocation(
        string.Join(',', Enumerable.Range(0, Count).Select(i => $"\"model.layers.{i}.self_attn.q_proj.weight\":{{\"dtype\":\"BF16\",\"shape\":[0,4096],\"data_offsets\":[0,0]}}")),
        times: 6, file => Assert.AreEqual(Count, file.Tensors.Count));

    [TestMethod]
    public void Header_of_many_short_texts_takes_sixteen_times_its_bytes_at_most() => RequireAllocation(
        $"\"__metadata__\":{{{string.Join(',', Enumerable.Range(0, 10 * Count).Select(i => $"\"{i:X}\":\"\\n\""))}}}",
        times: 16, file => Assert.AreEqual(10 * Count, file.Metadata.Count));

    [TestMethod]
    public void Data_is_read_without_a_copy()
    {
        const int bytes = 32 << 20;
        using var folder = new TemporaryFolder();
        var path = Write(folder, $"\"weight\":{{\"dtype\":\"F32\",\"shape\":[{bytes / 4}],\"data_offsets\":[0,{bytes}]}}");
        using (var file = File.OpenWrite(path))
            file.SetLength(file.Length + bytes);

        var allocated = AllocatedBy(() =>
        {
            using var scope = NewDisposeScope();
            var file = SafetensorsFile.Open(path);
            Assert.AreEqual(bytes, file.ReadTensor("weight").bytes.Length);
            Assert.AreEqual(bytes, file.MapTensor("weight").bytes.Length);
        });

        Assert.IsTrue(allocated < Fixed, $"{allocated:N0} bytes for {bytes:N0} of data");
    }

    private static void RequireAllocation(string members, int times, Action<SafetensorsFile> check)
    {
        using var folder = new TemporaryFolder();
        var path = Write(folder, members);
        SafetensorsFile? file = null;

        var (allocated, length) = (AllocatedBy(() => file = SafetensorsFile.Open(path)), new FileInfo(path).Length);

        check(file!);
        Assert.IsTrue(length > 3_000_000, $"{length:N0} bytes are too few to say anything.");
        Assert.IsTrue(allocated <= (times * length) + Fixed, $"{allocated:N0} bytes for a header of {length:N0}, {allocated / (double)length:F2} for each");
    }

    private static long AllocatedBy(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>Writes a file with a header of these members, padded so that data of any type may follow.</summary>
    private static string Write(TemporaryFolder folder, string members)
    {
        var header = Encoding.UTF8.GetBytes($"{{{members}}}");
        var length = (header.Length + 7) / 8 * 8;
        var bytes = new byte[8 + length];
        bytes.AsSpan(8).Fill((byte)' ');
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
        header.CopyTo(bytes, 8);
        File.WriteAllBytes(folder.File("large.safetensors"), bytes);
        return folder.File("large.safetensors");
    }
}
