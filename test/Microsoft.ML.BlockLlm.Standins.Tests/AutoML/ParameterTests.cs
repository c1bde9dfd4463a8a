using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.BlockLlm.Standins.Tests.AutoML;

[TestClass]
public sealed class ParameterTests
{
    [TestMethod]
    public void A_value_is_had_as_its_own_type_and_as_others_that_JSON_reads_it_as()
    {
        Assert.AreEqual(3, Parameter.FromInt(3).AsType<int>());
        Assert.AreEqual(3.0, Parameter.FromInt(3).AsType<double>());
        Assert.AreEqual(0.25f, Parameter.FromDouble(0.25).AsType<float>());
        Assert.AreEqual(DayOfWeek.Friday, Parameter.FromEnum(DayOfWeek.Friday).AsType<DayOfWeek>());
    }

    [TestMethod]
    public void An_object_becomes_its_readable_and_writable_properties()
    {
        var parameter = Parameter.FromObject(new Settings { Name = "a", Rate = 0.5 });

        Assert.AreEqual(ParameterType.Object, parameter.ParameterType);
        Assert.AreEqual("a", parameter["Name"].AsType<string>());
        Assert.AreEqual(0.5, parameter.AsType<Settings>().Rate);
    }

    [TestMethod]
    public void Parameters_of_equal_values_are_equal()
    {
        var a = Parameter.CreateNestedParameter(KeyValuePair.Create("x", Parameter.FromInt(1)));
        var b = Parameter.CreateNestedParameter(KeyValuePair.Create("x", Parameter.FromLong(1)));

        Assert.IsTrue(a.Equals(b));
        Assert.IsFalse(a.Equals(Parameter.FromInt(1)));
    }

    [TestMethod]
    public void Text_is_JSON()
    {
        var parameter = Parameter.CreateNestedParameter(
            KeyValuePair.Create("a", Parameter.FromDouble(0.5)),
            KeyValuePair.Create("b", Parameter.FromIEnumerable(new[] { 1, 2 })),
            KeyValuePair.Create("c", Parameter.FromString("x")),
            KeyValuePair.Create("d", Parameter.FromBool(true)));

        Assert.AreEqual("""{"a":0.5,"b":[1,2],"c":"x","d":true}""", parameter.ToString());
    }

    private sealed class Settings
    {
        public string Name { get; set; } = "";

        public double Rate { get; set; }
    }
}
