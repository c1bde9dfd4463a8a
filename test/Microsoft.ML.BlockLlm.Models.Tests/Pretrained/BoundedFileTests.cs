namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>Files of a model that are larger than any of their kind: each is refused by name, before memory is taken for it.</summary>
[TestClass]
public sealed class BoundedFileTests
{
    private const long Mebibyte = 1 << 20;

    [TestMethod]
    [DataRow("bert-tiny", "config.json")]
    [DataRow("bert-tiny", "tokenizer.json")]
    [DataRow("bert-tiny", "tokenizer_config.json")]
    [DataRow("bert-tiny", "special_tokens_map.json")]
    [DataRow("bert-tiny", "modules.json")]
    public void A_file_of_a_folder_that_is_too_large_is_refused_unread(string model, string name)
    {
        using var folder = TemporaryFolder.CopyOf(TestFiles.Golden(model));
        using (var file = File.OpenWrite(folder.File(name)))
            file.SetLength(1 << 30);

        RequireRefused(1 * Mebibyte, $"{folder.Path}, {name} has 1,073,741,824 bytes", () => PretrainedModel.FromDirectory(folder.Path).CreateEncoder().Dispose());
    }

    [TestMethod]
    public void A_description_of_how_to_generate_that_is_too_large_is_refused_unread()
    {
        using var folder = TemporaryFolder.CopyOf(TestFiles.Golden("llama-tiny"));
        using (var file = File.OpenWrite(folder.File("generation_config.json")))
            file.SetLength(1 << 30);

        RequireRefused(1 * Mebibyte, "generation_config.json has 1,073,741,824 bytes", () => CausalLanguageModel.Load(folder.Path).Dispose());
    }

    [TestMethod]
    public void A_description_of_lengths_that_is_too_large_is_refused_unread()
    {
        using var folder = TemporaryFolder.CopyOf(TestFiles.Golden("bert-tiny"));
        var read = ModelFiles.InDirectory(folder.Path);
        var config = ConfigFile.Read(read, folder.Path).Config;
        using (var file = File.OpenWrite(folder.File("sentence_bert_config.json")))
            file.SetLength(1 << 30);

        RequireRefused(1 * Mebibyte, "sentence_bert_config.json has 1,073,741,824 bytes", () => SentenceLength.Read(read, config, folder.Path));
    }

    [TestMethod]
    public void An_index_of_weights_that_is_too_large_is_refused_unread()
    {
        using var folder = TemporaryFolder.CopyOf(TestFiles.Golden("bert-tiny"));
        File.Delete(folder.File("model.safetensors"));
        using (var file = File.OpenWrite(folder.File("model.safetensors.index.json")))
            file.SetLength(1 << 30);

        RequireRefused(1 * Mebibyte, "model.safetensors.index.json has 1,073,741,824 bytes", () => SequenceClassifier.Load(folder.Path).Dispose());
    }

    [TestMethod]
    public void A_stream_without_an_end_is_read_up_to_the_limit()
    {
        using var endless = new EndlessStream();
        RequireRefused(64 * Mebibyte, "config.json has more bytes, and no such file has more than 16,777,216", () => BoundedFile.ReadIfThere(
            (_, read) =>
            {
                read(endless);
                return true;
            },
            "config.json", "The folder"));
        Assert.IsTrue(endless.Given <= 17 * Mebibyte);
    }

    [TestMethod]
    public void A_stream_that_does_not_say_its_length_is_read_whole()
    {
        var bytes = Enumerable.Range(0, 100_000).Select(value => (byte)value).ToArray();
        using var stream = new System.IO.Compression.ZLibStream(Compressed(bytes), System.IO.Compression.CompressionMode.Decompress);
        CollectionAssert.AreEqual(bytes, BoundedFile.Read(stream, "bytes", limit: bytes.Length));
    }

    private static void RequireRefused(long most, string explanation, Action read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var exception = Assert.ThrowsExactly<ModelLoadException>(read);
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Contains(explanation, exception.Message);
        Assert.IsTrue(taken < most, $"{taken:N0} bytes of memory");
    }

    private static MemoryStream Compressed(byte[] bytes)
    {
        var compressed = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(compressed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(bytes);
        compressed.Position = 0;
        return compressed;
    }

    /// <summary>Spaces for ever.</summary>
    private sealed class EndlessStream : MemoryStream
    {
        public long Given { get; private set; }

        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)' ');
            Given += count;
            return count;
        }
    }
}
