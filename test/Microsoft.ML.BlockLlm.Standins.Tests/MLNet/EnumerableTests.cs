using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Standins.Tests.MLNet;

[TestClass]
public sealed class EnumerableTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Nothing_is_enumerated_before_a_cursor_moves()
    {
        int read = 0;
        IEnumerable<Example> Rows()
        {
            for (int i = 0; i < 3; i++)
            {
                read++;
                yield return new Example { Text = $"{i}" };
            }
        }

        var view = _ml.Data.LoadFromEnumerable(Rows());
        using var cursor = view.GetRowCursor([view.Schema["Text"]]);
        var getter = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Text"]);
        Assert.AreEqual(0, read);

        Assert.IsTrue(cursor.MoveNext());
        ReadOnlyMemory<char> text = default;
        getter(ref text);
        Assert.AreEqual("0", text.ToString());
        Assert.AreEqual(1, read);
    }

    [TestMethod]
    public void Objects_come_back_as_they_went_in()
    {
        var example = new Example { Text = "über", Number = 1.5f, Flag = true, Key = 2, Numbers = [1, 2, 3], Words = ["a", ""], Long = long.MinValue };

        var back = _ml.Data.CreateEnumerable<Example>(_ml.Data.LoadFromEnumerable(new[] { example }), reuseRowObject: false).Single();

        Assert.AreEqual(example.Text, back.Text);
        Assert.AreEqual(example.Number, back.Number);
        Assert.AreEqual(example.Flag, back.Flag);
        Assert.AreEqual(example.Key, back.Key);
        Assert.AreEqual(example.Long, back.Long);
        CollectionAssert.AreEqual(example.Numbers, back.Numbers);
        CollectionAssert.AreEqual(example.Words, back.Words);
    }

    [TestMethod]
    public void Attributes_decide_names_and_types_of_columns()
    {
        var schema = _ml.Data.LoadFromEnumerable(Array.Empty<Example>()).Schema;

        Assert.IsNull(schema.GetColumnOrNull("Hidden"));
        Assert.IsNull(schema.GetColumnOrNull("Number"));
        Assert.AreEqual(NumberDataViewType.Single, schema["Value"].Type);
        Assert.AreEqual(TextDataViewType.Instance, schema["Text"].Type);
        Assert.AreEqual(BooleanDataViewType.Instance, schema["Flag"].Type);
        Assert.AreEqual(new KeyDataViewType(typeof(uint), 5), schema["Key"].Type);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Int32, 3), schema["Numbers"].Type);
        Assert.AreEqual(new VectorDataViewType(TextDataViewType.Instance), schema["Words"].Type);
    }

    [TestMethod]
    public void Without_reuse_every_row_is_an_object_of_its_own()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { new Example { Text = "a" }, new Example { Text = "b" } });

        CollectionAssert.AreEqual(new[] { "a", "b" }, _ml.Data.CreateEnumerable<Example>(view, reuseRowObject: false).ToList().ConvertAll(row => row.Text));
        Assert.AreEqual(1, _ml.Data.CreateEnumerable<Example>(view, reuseRowObject: true).Distinct().Count());
    }

    [TestMethod]
    public void Only_active_columns_can_be_read()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { new Example() });
        using var cursor = view.GetRowCursor([view.Schema["Text"]]);

        Assert.IsTrue(cursor.IsColumnActive(view.Schema["Text"]));
        Assert.IsFalse(cursor.IsColumnActive(view.Schema["Flag"]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cursor.GetGetter<bool>(view.Schema["Flag"]));
    }

    [TestMethod]
    public void A_getter_of_the_wrong_type_is_refused()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { new Example() });
        using var cursor = view.GetRowCursor(view.Schema);

        Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<int>(view.Schema["Text"]));
    }

    [TestMethod]
    public void The_position_is_minus_1_before_the_first_and_after_the_last_row()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { new Example(), new Example() });
        using var cursor = view.GetRowCursor([]);
        var positions = new List<long> { cursor.Position };
        while (cursor.MoveNext())
            positions.Add(cursor.Position);
        positions.Add(cursor.Position);

        CollectionAssert.AreEqual(new long[] { -1, 0, 1, -1 }, positions);
    }

    [TestMethod]
    public void Rows_of_one_view_have_ids_of_their_own()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { new Example(), new Example() });
        using var cursor = view.GetRowCursor([]);
        var getter = cursor.GetIdGetter();
        var ids = new HashSet<DataViewRowId>();
        while (cursor.MoveNext())
        {
            DataViewRowId id = default;
            getter(ref id);
            ids.Add(id);
        }

        Assert.AreEqual(2, ids.Count);
    }

    [TestMethod]
    public void The_row_count_is_known_for_collections_only()
    {
        Example[] rows = [new()];

        Assert.AreEqual(1, _ml.Data.LoadFromEnumerable(rows).GetRowCount());
        Assert.IsNull(_ml.Data.LoadFromEnumerable(rows.Where(_ => true)).GetRowCount());
    }

    [TestMethod]
    public void A_member_without_a_column_is_an_error_unless_ignored()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { new Narrow { Text = "a" } });

        Assert.Throws<Exception>(() => _ = _ml.Data.CreateEnumerable<Example>(view, reuseRowObject: false).ToList());
        Assert.AreEqual("a", _ml.Data.CreateEnumerable<Example>(view, reuseRowObject: false, ignoreMissingColumns: true).Single().Text);
    }

    [TestMethod]
    public void A_member_of_another_type_than_its_column_is_an_error()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { new OtherType { Text = 1 } });

        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => _ = _ml.Data.CreateEnumerable<Narrow>(view, reuseRowObject: false).ToList());

        StringAssert.Contains(exception.Message, "Can't bind the IDataView column 'Text' of type 'Single' to field or property 'Text' of type 'System.String'.");
    }

    [TestMethod]
    public void GetColumn_gives_text_as_strings_and_vectors_as_arrays()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { new Example { Text = "a", Numbers = [1, 2, 3], Words = ["x"] } });

        Assert.AreEqual("a", view.GetColumn<string>("Text").Single());
        CollectionAssert.AreEqual(new[] { 1, 2, 3 }, view.GetColumn<int[]>("Numbers").Single());
        CollectionAssert.AreEqual(new[] { "x" }, view.GetColumn<string[]>("Words").Single());
    }

    [TestMethod]
    public void A_preview_shows_the_first_rows()
    {
        var preview = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 10).Select(i => new OtherType { Text = i })).Preview(maxRows: 3);

        CollectionAssert.AreEqual(new object[] { 0f, 1f, 2f }, preview.ColumnView.Single().Values);
        Assert.AreEqual(3, preview.RowView.Length);
        Assert.AreEqual(new KeyValuePair<string, object>("Text", 2f), preview.RowView[2].Values.Single());
    }

    private sealed class Example
    {
        public string Text { get; set; } = "";

        [ColumnName("Value")]
        public float Number;

        public bool Flag { get; set; }

        public long Long { get; set; }

        [KeyType(5)]
        public uint Key { get; set; }

        [VectorType(3)]
        public int[] Numbers { get; set; } = [];

        public string[] Words { get; set; } = [];

        [NoColumn]
        public object Hidden { get; set; } = new();
    }

    private sealed class Narrow
    {
        public string Text { get; set; } = "";
    }

    private sealed class OtherType
    {
        public float Text { get; set; }
    }
}
