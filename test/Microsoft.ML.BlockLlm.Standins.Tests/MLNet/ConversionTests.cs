using Microsoft.ML.Data;
using static Microsoft.ML.Transforms.ValueToKeyMappingEstimator;

namespace Microsoft.ML.BlockLlm.Standins.Tests.MLNet;

[TestClass]
public sealed class ConversionTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Keys_are_numbered_from_1_in_the_order_of_first_occurrence()
    {
        var mapped = MapTexts("b", "a", "b", "c");

        CollectionAssert.AreEqual(new uint[] { 1, 2, 1, 3 }, mapped.GetColumn<uint>("Key").ToArray());
        Assert.AreEqual(new KeyDataViewType(typeof(uint), 3), mapped.Schema["Key"].Type);
    }

    [TestMethod]
    public void Keys_by_value_are_sorted_by_the_codes_of_the_characters()
    {
        var estimator = _ml.Transforms.Conversion.MapValueToKey("Key", "Text", keyOrdinality: KeyOrdinality.ByValue);
        var data = Texts("b", "a", "Z");

        var mapped = estimator.Fit(data).Transform(data);

        CollectionAssert.AreEqual(new uint[] { 3, 2, 1 }, mapped.GetColumn<uint>("Key").ToArray());
        CollectionAssert.AreEqual(new[] { "Z", "a", "b" }, KeyValues(mapped.Schema["Key"]));
    }

    [TestMethod]
    public void Key_values_are_an_annotation_of_the_key_column() =>
        CollectionAssert.AreEqual(new[] { "b", "a" }, KeyValues(MapTexts("b", "a", "b").Schema["Key"]));

    [TestMethod]
    public void Empty_text_and_values_not_seen_in_training_have_no_key()
    {
        var model = _ml.Transforms.Conversion.MapValueToKey("Key", "Text").Fit(Texts("a", "", "b"));

        CollectionAssert.AreEqual(new uint[] { 2, 0, 0 }, model.Transform(Texts("b", "", "c")).GetColumn<uint>("Key").ToArray());
    }

    [TestMethod]
    public void There_are_no_more_keys_than_asked_for()
    {
        var model = _ml.Transforms.Conversion.MapValueToKey("Key", "Text", maximumNumberOfKeys: 2).Fit(Texts("a", "b", "c"));

        CollectionAssert.AreEqual(new uint[] { 1, 2, 0 }, model.Transform(Texts("a", "b", "c")).GetColumn<uint>("Key").ToArray());
    }

    [TestMethod]
    public void Keys_can_be_given_by_other_data()
    {
        var model = _ml.Transforms.Conversion.MapValueToKey("Key", "Text", keyData: Texts("z", "a")).Fit(Texts("a", "b"));

        CollectionAssert.AreEqual(new uint[] { 2, 0, 1 }, model.Transform(Texts("a", "b", "z")).GetColumn<uint>("Key").ToArray());
    }

    [TestMethod]
    public void Numbers_have_keys_too_and_annotations_as_text_on_request()
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { new NumberRow { Number = 5 }, new NumberRow { Number = float.NaN }, new NumberRow { Number = -1 } });

        var mapped = _ml.Transforms.Conversion.MapValueToKey("Key", "Number", addKeyValueAnnotationsAsText: true).Fit(data).Transform(data);

        CollectionAssert.AreEqual(new uint[] { 1, 0, 2 }, mapped.GetColumn<uint>("Key").ToArray());
        CollectionAssert.AreEqual(new[] { "5", "-1" }, KeyValues(mapped.Schema["Key"]));
    }

    [TestMethod]
    public void Keys_map_back_to_their_values()
    {
        var mapped = MapTexts("b", "a", "", "b");

        var back = _ml.Transforms.Conversion.MapKeyToValue("Back", "Key").Fit(mapped).Transform(mapped);

        CollectionAssert.AreEqual(new[] { "b", "a", "", "b" }, back.GetColumn<string>("Back").ToArray());
    }

    [TestMethod]
    public void Vectors_map_item_by_item()
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { new WordsRow { Words = ["a", "b"] }, new WordsRow { Words = ["b", "c"] } });
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("Keys", "Words").Append(_ml.Transforms.Conversion.MapKeyToValue("Back", "Keys"));

        var mapped = pipeline.Fit(data).Transform(data);

        CollectionAssert.AreEqual(new uint[] { 2, 3 }, mapped.GetColumn<uint[]>("Keys").Last());
        CollectionAssert.AreEqual(new[] { "b", "c" }, mapped.GetColumn<string[]>("Back").Last());
    }

    [TestMethod]
    public void A_copied_column_has_the_values_type_and_annotations_of_its_source()
    {
        var mapped = MapTexts("b", "a");

        var copied = _ml.Transforms.CopyColumns("Copy", "Key").Fit(mapped).Transform(mapped);

        Assert.AreEqual(mapped.Schema["Key"].Type, copied.Schema["Copy"].Type);
        CollectionAssert.AreEqual(new[] { "b", "a" }, KeyValues(copied.Schema["Copy"]));
        CollectionAssert.AreEqual(new uint[] { 1, 2 }, copied.GetColumn<uint>("Copy").ToArray());
    }

    [TestMethod]
    public void A_missing_input_column_is_named()
    {
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.Conversion.MapValueToKey("Key", "Nowhere").Append(
            _ml.Transforms.CopyColumns("Copy", "Key")).Fit(Texts("a")));

        StringAssert.Contains(exception.Message, "Could not find input column 'Nowhere'");
    }

    [TestMethod]
    public void A_column_that_is_no_key_cannot_be_mapped_to_values()
    {
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.CopyColumns("Copy", "Text").Append(
            _ml.Transforms.Conversion.MapKeyToValue("Text")).Fit(Texts("a")));

        StringAssert.Contains(exception.Message, "Schema mismatch for input column 'Text': expected KeyType, got String");
    }

    private static string[] KeyValues(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        column.GetKeyValues(ref values);
        return values.DenseValues().Select(value => value.ToString()).ToArray();
    }

    private IDataView Texts(params string[] texts) => _ml.Data.LoadFromEnumerable(texts.Select(text => new TextRow { Text = text }).ToArray());

    private IDataView MapTexts(params string[] texts)
    {
        var data = Texts(texts);
        return _ml.Transforms.Conversion.MapValueToKey("Key", "Text").Fit(data).Transform(data);
    }

    private sealed class TextRow
    {
        public string Text { get; set; } = "";
    }

    private sealed class NumberRow
    {
        public float Number { get; set; }
    }

    private sealed class WordsRow
    {
        [VectorType(2)]
        public string[] Words { get; set; } = [];
    }
}
