using System.IO.Compression;
using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Standins.Tests.MLNet;

[TestClass]
public sealed class ModelFileTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly string _path = Path.GetTempFileName();

    [TestCleanup]
    public void DeleteFile() => File.Delete(_path);

    [TestMethod]
    public void A_loaded_model_does_what_the_saved_one_did()
    {
        var data = Rows("b", "a");
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("Key", "Text")
            .Append(_ml.Transforms.CopyColumns("Copy", "Key"))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("Back", "Copy"));
        _ml.Model.Save(pipeline.Fit(data), data.Schema, _path);

        var loaded = new MLContext().Model.Load(_path, out _);

        var output = loaded.Transform(Rows("a", "b", "c"));
        CollectionAssert.AreEqual(new[] { "a", "b", "" }, output.GetColumn<string>("Back").ToArray());
    }

    [TestMethod]
    public void The_schema_comes_back_with_types_and_annotations()
    {
        var data = Rows("b", "a");
        var mapped = _ml.Transforms.Conversion.MapValueToKey("Key", "Text").Fit(data).Transform(data);
        _ml.Model.Save(_ml.Transforms.CopyColumns("Copy", "Key").Fit(mapped), mapped.Schema, _path);

        _ml.Model.Load(_path, out var schema);

        CollectionAssert.AreEqual(mapped.Schema.Select(column => column.ToString()).ToArray(), schema.Select(column => column.ToString()).ToArray());
        VBuffer<ReadOnlyMemory<char>> values = default;
        schema["Key"].GetKeyValues(ref values);
        CollectionAssert.AreEqual(new[] { "b", "a" }, values.DenseValues().Select(value => value.ToString()).ToArray());
    }

    [TestMethod]
    public void A_model_saved_without_a_schema_loads_without_one()
    {
        _ml.Model.Save(_ml.Transforms.CopyColumns("Copy", "Text").Fit(Rows("a")), null, _path);

        _ml.Model.Load(_path, out var schema);

        Assert.IsNull(schema);
    }

    [TestMethod]
    public void A_model_goes_through_streams_too()
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(_ml.Transforms.CopyColumns("Copy", "Text").Fit(Rows("a")), Rows().Schema, stream);
        stream.Position = 0;

        Assert.AreEqual("x", _ml.Model.Load(stream, out _).Transform(Rows("x")).GetColumn<string>("Copy").Single());
    }

    [TestMethod]
    public void A_chain_has_a_directory_for_each_transformer()
    {
        _ml.Model.Save(_ml.Transforms.CopyColumns("Copy", "Text").Append(_ml.Transforms.CopyColumns("Copy2", "Text")).Fit(Rows("a")), Rows().Schema, _path);

        using var archive = ZipFile.OpenRead(_path);
        var entries = archive.Entries.Select(entry => entry.FullName.Replace('\\', '/')).ToArray();
        foreach (string name in new[] { "TransformerChain/Model.key", "TransformerChain/Transform_000/Model.key", "TransformerChain/Transform_001/Model.key", "Schema", "TrainingInfo/Version.txt" })
            CollectionAssert.Contains(entries, name);
    }

    [TestMethod]
    public void A_model_saved_with_its_loader_reads_files_again()
    {
        string text = Path.GetTempFileName();
        File.WriteAllText(text, "a;1\nb;2\n");
        try
        {
            var loader = _ml.Data.CreateTextLoader<LoadedRow>(separatorChar: ';');
            _ml.Model.Save(_ml.Transforms.CopyColumns("Copy", "Text").Fit(loader.Load(text)), loader, _path);

            var model = new MLContext().Model.LoadWithDataLoader(_path, out var loadedLoader);

            CollectionAssert.AreEqual(new[] { "a", "b" }, model.Transform(loadedLoader.Load(text)).GetColumn<string>("Copy").ToArray());
            _ml.Model.Load(_path, out var schema);
            CollectionAssert.AreEqual(new[] { "Text", "Number" }, schema.Select(column => column.Name).ToArray());
        }
        finally
        {
            File.Delete(text);
        }
    }

    [TestMethod]
    public void A_model_without_a_loader_says_so()
    {
        _ml.Model.Save(_ml.Transforms.CopyColumns("Copy", "Text").Fit(Rows("a")), Rows().Schema, _path);

        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Model.LoadWithDataLoader(_path, out _));

        StringAssert.Contains(exception.Message, "Model does not contain an IDataLoader");
    }

    [TestMethod]
    public void A_file_that_is_no_model_is_refused()
    {
        File.WriteAllText(_path, "no zip archive");

        Assert.ThrowsExactly<FormatException>(() => _ml.Model.Load(_path, out _));
    }

    private IDataView Rows(params string[] texts) => _ml.Data.LoadFromEnumerable(texts.Select(text => new Row { Text = text }).ToArray());

    private sealed class Row
    {
        public string Text { get; set; } = "";
    }

    private sealed class LoadedRow
    {
        [LoadColumn(0)]
        public string Text { get; set; } = "";

        [LoadColumn(1)]
        public int Number { get; set; }
    }
}
