using System.IO.Compression;
using System.Text;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>Model files that somebody has made to do harm.</summary>
[TestClass]
public sealed class HostileModelFileTests
{
    private const int Size = 64 << 20;

    private readonly string _folder = Directory.CreateTempSubdirectory("blockllm-").FullName;
    private readonly MLContext _ml = new(seed: 1);

    private string FilePath => Path.Combine(_folder, "model.zip");

    [TestInitialize]
    public void SaveModel()
    {
        var data = Pipelines.Keyed(_ml);
        using var model = Pipelines.Trainer(_ml).Fit(data);
        _ml.Model.Save(model, data.Schema, FilePath);
    }

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Another_signature_is_refused()
    {
        Change("Model.key", key => Replaced(key, "BLLMTXTC", "BLLMTXTX"));
        Assert.IsInstanceOfType<FormatException>(Refusal());
    }

    [TestMethod]
    public void A_file_of_a_newer_version_is_refused()
    {
        // After the signature: the version that wrote the model, and the least one that can read it.
        Change("Model.key", key =>
        {
            var place = key.AsSpan().IndexOf("BLLMTXTC"u8) + "BLLMTXTC".Length;
            BitConverter.TryWriteBytes(key.AsSpan(place), 0x00020001);
            BitConverter.TryWriteBytes(key.AsSpan(place + sizeof(int)), 0x00020001);
            return key;
        });
        Assert.IsInstanceOfType<FormatException>(Refusal());
    }

    [TestMethod]
    [DataRow("../escaped.json")]
    [DataRow("/escaped.json")]
    [DataRow("..\\escaped.json")]
    public void An_entry_that_leaves_the_archive_is_never_written(string name)
    {
        Add(name, "{}"u8.ToArray());
        using (Load() as IDisposable)
            Assert.AreEqual(1, Directory.GetFileSystemEntries(_folder).Length);
        Assert.IsFalse(File.Exists(Path.Combine(Path.GetTempPath(), "escaped.json")));
    }

    [TestMethod]
    public void Of_two_entries_of_one_name_only_one_is_read()
    {
        Add(NameOf("config.json"), "{ no config"u8.ToArray());
        StringAssert.Contains(Refusal().Message, "config.json");
    }

    [TestMethod]
    public void A_header_of_weights_that_asks_for_more_than_there_is_takes_no_memory()
    {
        var header = "{\"a\":{\"dtype\":\"U8\",\"shape\":[1099511627776],\"data_offsets\":[0,1099511627776]}}";
        Change("model.safetensors", _ => [.. BitConverter.GetBytes((long)header.Length), .. Encoding.ASCII.GetBytes(header)]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        StringAssert.Contains(Refusal().Message, "cut off");

        Assert.IsTrue(GC.GetAllocatedBytesForCurrentThread() - before < 8 << 20);
    }

    [TestMethod]
    [DataRow("classifier.json")]
    [DataRow("training.json")]
    [DataRow("config.json")]
    [DataRow("tokenizer.json")]
    public void A_part_that_unpacks_to_much_more_than_it_is_is_refused(string part)
    {
        Change(part, bytes => [.. bytes, .. Enumerable.Repeat((byte)' ', Size), (byte)'x']);
        Assert.IsTrue(new FileInfo(FilePath).Length < Size / 8);
        StringAssert.Contains(Refusal().Message, part);
    }

    /// <summary>What loading fails with; ML.NET wraps what a loader throws.</summary>
    private Exception Refusal()
    {
        var thrown = Assert.Throws<Exception>(() => (Load() as IDisposable)?.Dispose());
        while (thrown is not FormatException && thrown.InnerException is not null)
            thrown = thrown.InnerException;
        return thrown;
    }

    private ITransformer Load() => new MLContext().Model.Load(FilePath, out _);

    private void Add(string name, byte[] content)
    {
        using var zip = ZipFile.Open(FilePath, ZipArchiveMode.Update);
        using var stream = zip.CreateEntry(name).Open();
        stream.Write(content);
    }

    /// <summary>The place in the archive of a part of our transformer.</summary>
    private string NameOf(string part)
    {
        using var zip = ZipFile.OpenRead(FilePath);
        var folder = Path.GetDirectoryName(zip.Entries.Single(entry => entry.Name == "classifier.json").FullName)!;
        return zip.Entries.Single(entry => entry.Name == part && Path.GetDirectoryName(entry.FullName) == folder).FullName;
    }

    private void Change(string part, Func<byte[], byte[]> change)
    {
        var name = NameOf(part);
        using var zip = ZipFile.Open(FilePath, ZipArchiveMode.Update);
        var entry = zip.GetEntry(name)!;
        using var bytes = new MemoryStream();
        using (var stream = entry.Open())
            stream.CopyTo(bytes);
        entry.Delete();
        using var written = zip.CreateEntry(name).Open();
        written.Write(change(bytes.ToArray()));
    }

    private static byte[] Replaced(byte[] bytes, string what, string by)
    {
        var place = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(what));
        Assert.IsTrue(place >= 0);
        Encoding.ASCII.GetBytes(by).CopyTo(bytes, place);
        return bytes;
    }
}
