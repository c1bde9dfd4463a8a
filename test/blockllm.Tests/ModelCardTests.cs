using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Tests;
using TorchSharp;
using YamlDotNet.RepresentationModel;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

[TestClass]
public sealed class ModelCardTests
{
    private static readonly string[] s_settings = ["--epochs", "20", "--batch-size", "8", "--learning-rate", "0.01", "--export", "--overwrite"];

    private static WorkingFolder s_folder = null!;

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        s_folder = new WorkingFolder();
        s_folder.TrainClassifier(s_settings);
    }

    [ClassCleanup]
    public static void Delete() => s_folder.Dispose();

    [TestMethod]
    public void It_begins_with_what_the_hub_reads()
    {
        var (_, card) = Card();
        var yaml = new YamlStream();
        yaml.Load(new StringReader(card.Split("---\n")[1]));
        var front = ((YamlMappingNode)yaml.Documents[0].RootNode).Children;

        StringAssert.StartsWith(card, "---\n");
        Assert.AreEqual("text-classification", front["pipeline_tag"].ToString());
        CollectionAssert.Contains(((YamlSequenceNode)front["tags"]).Select(tag => tag.ToString()).ToArray(), "blockllm");
    }

    [TestMethod]
    public void It_says_what_was_trained_on_what_and_how_well_it_does()
    {
        var (_, card) = Card();

        StringAssert.Contains(card, $"fine-tuned from the folder `{Path.GetFileName(TinyModel.Directory)}`");
        StringAssert.Matches(card, new(@"\| data \| `messages\.tsv`, \d+ rows \|"));
        StringAssert.Matches(card, new(@"\| classes \| (greeting, farewell|farewell, greeting) \|"));
        StringAssert.Contains(card, "| learning-rate | 0.01 |");
        StringAssert.Matches(card, new(@"\| accuracy \| \d\.\d{4} \|"));
    }

    [TestMethod]
    public void What_it_says_of_dotnet_works()
    {
        using var model = SequenceClassifier.Load(s_folder["run/model"]);
        var encoder = model.CreateBatchEncoder();
        using var batch = encoder.CreateBatch([encoder.Encode("hello my friend")]);
        using var withoutGradients = torch.no_grad();
        using var logits = model.forward(batch);
        using var likeliest = logits.argmax(1);

        Assert.AreEqual("greeting", model.ClassNames[(int)likeliest.item<long>()]);
    }

    [TestMethod]
    public void It_is_replaced_only_while_it_is_as_it_was_written()
    {
        var (path, card) = Card();

        s_folder.TrainClassifier([.. s_settings, "--seed", "2"]);
        var replaced = File.ReadAllText(path);
        File.WriteAllText(path, replaced.Replace("In .NET", "In C#"));
        s_folder.TrainClassifier(s_settings);

        StringAssert.Contains(replaced, "| seed | 2 |");
        Assert.AreEqual(replaced.Replace("In .NET", "In C#"), File.ReadAllText(path));
        File.WriteAllText(path, card);
    }

    private static (string Path, string Text) Card()
    {
        var path = s_folder["run/model/README.md"];
        return (path, File.ReadAllText(path));
    }
}
