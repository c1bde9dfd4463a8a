using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>Model files that somebody has made to do harm: what is attacked is a part that is read, and it is refused by its name.</summary>
[TestClass]
public sealed class HostileModelFileTests
{
    private const int Mebibyte = 1 << 20;

    /// <summary>What a part of nothing but zeros unpacks to; in the archive it takes a thousandth of it.</summary>
    private const int BombSize = 128 * Mebibyte;

    private static readonly Lazy<byte[]> s_archive = new(SaveModel);

    private readonly string _folder = Directory.CreateTempSubdirectory("blockllm-").FullName;

    private string FilePath => Path.Combine(_folder, "model.zip");

    private string Unpacked => Directory.CreateDirectory(Path.Combine(_folder, "unpacked")).FullName;

    [TestInitialize]
    public void WriteModel() => File.WriteAllBytes(FilePath, s_archive.Value);

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Another_signature_is_refused()
    {
        Change("Model.key", key => Replaced(key, "BLLMTXTC", "BLLMTXTX"));
        RequireRefused("holds no transformer that this version can read");
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
        RequireRefused("holds no transformer that this version can read");
    }

    [TestMethod]
    [DataRow("{0}/../{1}", DisplayName = "up from its folder")]
    [DataRow("{0}/../../../../{1}", DisplayName = "up from the archive")]
    [DataRow("../{0}/{1}", DisplayName = "up before its folder")]
    [DataRow("..\\{0}\\{1}", DisplayName = "up, as Windows writes it")]
    [DataRow("/{0}/{1}", DisplayName = "absolute")]
    [DataRow("C:\\{0}\\{1}", DisplayName = "absolute, as Windows writes it")]
    public void A_name_that_leads_out_of_the_file_is_refused(string path)
    {
        var name = NameOf("config.json");
        var elsewhere = string.Format(null, path, Path.GetDirectoryName(name), "config.json");

        Rewrite(entries => entries.ConvertAll(entry => entry.Name == name ? (elsewhere, entry.Bytes) : entry));
        RequireRefused($"has a part '{elsewhere}', whose name leads out of the file");

        WriteModel();
        Rewrite(entries => [.. entries, (elsewhere, [1])]);
        RequireRefused($"has a part '{elsewhere}', whose name leads out of the file");
    }

    [TestMethod]
    public void A_name_that_is_there_twice_is_refused_wherever_it_is()
    {
        var name = NameOf("config.json");
        var again = (name, "{ no config"u8.ToArray());

        Rewrite(entries => [.. entries, again]);
        RequireRefused($"has two parts of the name '{name}'");

        WriteModel();
        Rewrite(entries => [again, .. entries]);
        RequireRefused($"has two parts of the name '{name}'");

        WriteModel();
        Rewrite(entries => [.. entries, (name.Replace('/', '\\'), again.Item2)]);
        RequireRefused("has two parts of the name");
    }

    [TestMethod]
    public void Names_are_looked_at_before_any_part_is_unpacked()
    {
        Change("classifier.json", _ => new byte[BombSize]);
        var name = NameOf("tokenizer.json");

        Rewrite(entries => [.. entries, (name, [])]);

        RequireRefused($"has two parts of the name '{name}'");
    }

    [TestMethod]
    public void A_header_of_weights_that_asks_for_more_than_there_is_takes_no_memory()
    {
        var header = "{\"a\":{\"dtype\":\"U8\",\"shape\":[1099511627776],\"data_offsets\":[0,1099511627776]}}";
        Change("model.safetensors", _ => [.. BitConverter.GetBytes((long)header.Length), .. Encoding.ASCII.GetBytes(header)]);

        RequireRefused("cut off");
    }

    [TestMethod]
    [DataRow("classifier.json")]
    [DataRow("training.json")]
    [DataRow("config.json")]
    [DataRow("tokenizer.json")]
    [DataRow("model.safetensors")]
    public void A_part_that_unpacks_to_hundreds_of_times_what_it_is_is_refused_before_it_is_unpacked(string part)
    {
        Change(part, _ => new byte[BombSize]);
        Assert.IsTrue(new FileInfo(FilePath).Length < BombSize / 500);

        RequireRefused($"'{part}'", $"would unpack to {BombSize:N0} bytes");
    }

    [TestMethod]
    [DataRow("classifier.json")]
    [DataRow("config.json")]
    [DataRow("model.safetensors")]
    public void A_part_that_unpacks_to_more_than_it_says_is_read_no_further(string part)
    {
        Change(part, _ => new byte[BombSize]);
        SayLength(NameOf(part), Mebibyte);

        RequireRefused(part);
    }

    [TestMethod]
    public void A_tokenizer_whose_pattern_takes_more_than_a_lifetime_for_a_space_is_refused()
    {
        Change("tokenizer.json", json =>
        {
            var tokenizer = JsonNode.Parse(json)!;
            tokenizer["normalizer"] = JsonNode.Parse($$"""
                {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "{{new string('a', 60)}}!"}, {"type": "Replace", "pattern": {"Regex": "(a+)+$"}, "content": ""}]}
                """);
            return Encoding.UTF8.GetBytes(tokenizer.ToJsonString());
        });

        RequireRefused("'tokenizer.json'", "was still at work on a text of 62 characters");
    }

    /// <summary>Loading must be refused as it documents, at the cost of a few mebibytes, and leave nothing behind.</summary>
    private void RequireRefused(params string[] explanation)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var thrown = Refusal.Of(() => (Load() as IDisposable)?.Dispose());
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;

        foreach (var part in (string[])["model file", .. explanation])
            StringAssert.Contains(thrown.Message, part);
        Assert.IsTrue(taken < 8 * Mebibyte, $"It took {taken:N0} bytes.");
        RequireNothingElsewhere();
    }

    /// <summary>Nothing may be written but below the folder for what is unpacked, and what is there goes when loading ends.</summary>
    private void RequireNothingElsewhere()
    {
        CollectionAssert.AreEquivalent(new[] { FilePath, Unpacked }, Directory.GetFileSystemEntries(_folder));
        Assert.AreEqual(0, Directory.GetFileSystemEntries(Unpacked, "*", SearchOption.AllDirectories).Length);
        Assert.IsFalse(File.Exists(Path.Combine(Path.GetDirectoryName(_folder)!, "config.json")));
    }

    private ITransformer Load() => new MLContext { TempFilePath = Unpacked }.Model.Load(FilePath, out _);

    /// <summary>The place in the archive of a part of our transformer.</summary>
    private string NameOf(string part)
    {
        using var zip = ZipFile.OpenRead(FilePath);
        var folder = Path.GetDirectoryName(zip.Entries.Single(entry => entry.Name == "classifier.json").FullName)!;
        return zip.Entries.First(entry => entry.Name == part && Path.GetDirectoryName(entry.FullName) == folder).FullName;
    }

    private void Change(string part, Func<byte[], byte[]> change)
    {
        var name = NameOf(part);
        Rewrite(entries => entries.ConvertAll(entry => entry.Name == name ? (name, change(entry.Bytes)) : entry));
    }

    private void Rewrite(Func<List<(string Name, byte[] Bytes)>, List<(string Name, byte[] Bytes)>> change)
    {
        List<(string, byte[])> entries;
        using (var zip = ZipFile.OpenRead(FilePath))
            entries = change([.. zip.Entries.Select(entry => (entry.FullName, Content(entry)))]);
        File.Delete(FilePath);
        using var written = ZipFile.Open(FilePath, ZipArchiveMode.Create);
        foreach (var (name, bytes) in entries)
        {
            using var stream = written.CreateEntry(name, CompressionLevel.Optimal).Open();
            stream.Write(bytes);
        }
    }

    /// <summary>Makes an archive say another length of an entry, in the list of entries and before the entry itself.</summary>
    private void SayLength(string name, int length)
    {
        const int LengthInList = 24, OffsetInList = 42, NameInList = 46, LengthBeforeEntry = 22;
        var file = File.ReadAllBytes(FilePath);
        var list = file.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes(name)) - NameInList;
        Assert.AreEqual(0x02014B50, BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(list)));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(list + LengthInList), length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(list + OffsetInList)) + LengthBeforeEntry), length);
        File.WriteAllBytes(FilePath, file);
    }

    private static byte[] SaveModel()
    {
        var ml = new MLContext(seed: 1);
        var data = Pipelines.Keyed(ml);
        using var model = Pipelines.Trainer(ml).Fit(data);
        using var file = new MemoryStream();
        ml.Model.Save(model, data.Schema, file);
        return file.ToArray();
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static byte[] Replaced(byte[] bytes, string what, string by)
    {
        var place = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(what));
        Assert.IsTrue(place >= 0);
        Encoding.ASCII.GetBytes(by).CopyTo(bytes, place);
        return bytes;
    }
}
