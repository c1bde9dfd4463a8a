using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Standins.Tests.MLNet;

[TestClass]
public sealed class SchemaTests
{
    [TestMethod]
    public void A_later_column_hides_an_earlier_one_of_the_same_name()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("A", TextDataViewType.Instance);
        builder.AddColumn("A", NumberDataViewType.Single);
        var schema = builder.ToSchema();

        Assert.IsTrue(schema[0].IsHidden);
        Assert.IsFalse(schema[1].IsHidden);
        Assert.AreEqual(1, schema["A"].Index);
    }

    [TestMethod]
    public void A_missing_column_is_null_or_an_error_that_names_it()
    {
        var schema = new DataViewSchema.Builder().ToSchema();

        Assert.IsNull(schema.GetColumnOrNull("B"));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = schema["B"]).Message, "Column 'B' not found");
    }

    [TestMethod]
    public void Annotations_travel_with_their_column()
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add("KeyValues", new VectorDataViewType(TextDataViewType.Instance, 2),
            (ref VBuffer<ReadOnlyMemory<char>> value) => value = new(2, ["x".AsMemory(), "y".AsMemory()]));
        annotations.AddPrimitiveValue("Weight", NumberDataViewType.Single, 3f);
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("A", new KeyDataViewType(typeof(uint), 2), annotations.ToAnnotations());
        var column = builder.ToSchema()["A"];

        Assert.IsTrue(column.HasKeyValues());
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetKeyValues(ref names);
        CollectionAssert.AreEqual(new[] { "x", "y" }, names.DenseValues().Select(name => name.ToString()).ToArray());
        float weight = 0;
        column.Annotations.GetValue("Weight", ref weight);
        Assert.AreEqual(3f, weight);
    }

    [TestMethod]
    public void Key_values_must_be_as_many_as_keys()
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add("KeyValues", new VectorDataViewType(TextDataViewType.Instance, 2), (ref VBuffer<ReadOnlyMemory<char>> value) => value = new(2, new ReadOnlyMemory<char>[2]));
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("A", new KeyDataViewType(typeof(uint), 3), annotations.ToAnnotations());

        Assert.IsFalse(builder.ToSchema()["A"].HasKeyValues());
    }

    [TestMethod]
    public void An_annotation_getter_of_the_wrong_type_is_refused() =>
        Assert.ThrowsExactly<ArgumentException>(() =>
            new DataViewSchema.Annotations.Builder().Add("A", NumberDataViewType.Single, (ref int value) => value = 1));

    [TestMethod]
    public void Types_say_what_they_are()
    {
        Assert.AreEqual("Key<UInt32, 0-2>", new KeyDataViewType(typeof(uint), 3).ToString());
        Assert.AreEqual("Vector<Single, 3>", new VectorDataViewType(NumberDataViewType.Single, 3).ToString());
        Assert.AreEqual("Vector<Single>", new VectorDataViewType(NumberDataViewType.Single).ToString());
        Assert.AreEqual("Vector<Single, 2, *>", new VectorDataViewType(NumberDataViewType.Single, 2, 0).ToString());
        Assert.AreEqual("String", TextDataViewType.Instance.ToString());
    }

    [TestMethod]
    public void A_key_type_needs_an_unsigned_type_and_a_count()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new KeyDataViewType(typeof(int), 3));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new KeyDataViewType(typeof(uint), 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new KeyDataViewType(typeof(byte), 256));
    }
}
