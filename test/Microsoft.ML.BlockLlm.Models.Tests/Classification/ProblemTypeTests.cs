using System.Text.Json.Nodes;

namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>What config.json says the classes of a model are to each other, which transformers picks the loss by.</summary>
[TestClass]
public sealed class ProblemTypeTests
{
    [TestMethod]
    [DataRow("regression")]
    [DataRow("multi_label_classification")]
    public void New_head_takes_the_place_of_an_old_one_of_another_kind(string problemType)
    {
        using var folder = WithProblemType($"\"{problemType}\"");
        using var saved = new TemporaryFolder();
        using (var classifier = PretrainedModel.FromDirectory(folder.Path).CreateClassifier(4))
            classifier.Save(saved.Path);
        Assert.AreEqual("single_label_classification", (string?)ConfigIn(saved)["problem_type"]);

        using var loaded = SequenceClassifier.Load(saved.Path);
        loaded.Save(saved.Path);
        Assert.AreEqual("single_label_classification", (string?)ConfigIn(saved)["problem_type"]);
    }

    [TestMethod]
    [DataRow("null")]
    [DataRow("\"multi_label_classification\"")]
    public void Loaded_head_keeps_its_kind(string problemType)
    {
        using var folder = WithProblemType(problemType);
        using var saved = new TemporaryFolder();
        using (var classifier = SequenceClassifier.Load(folder.Path))
            classifier.Save(saved.Path);
        Assert.IsTrue(JsonNode.DeepEquals(JsonNode.Parse(problemType), ConfigIn(saved)["problem_type"]));
    }

    [TestMethod]
    public void Configuration_that_says_nothing_stays_so()
    {
        using var saved = new TemporaryFolder();
        using (var classifier = PretrainedModel.FromDirectory(TestFiles.Golden("bert-tiny")).CreateClassifier(4))
            classifier.Save(saved.Path);
        Assert.IsFalse(ConfigIn(saved).ContainsKey("problem_type"));
    }

    private static TemporaryFolder WithProblemType(string value)
    {
        var folder = TemporaryFolder.CopyOf(TestFiles.Golden("bert-tiny"));
        folder.Replace("config.json", "\"pad_token_id\": 0", $"\"pad_token_id\": 0, \"problem_type\": {value}");
        return folder;
    }

    private static JsonObject ConfigIn(TemporaryFolder folder) => JsonNode.Parse(File.ReadAllText(folder.File("config.json")))!.AsObject();
}
