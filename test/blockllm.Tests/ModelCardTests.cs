using Microsoft.ML.BlockLlm.Tests;
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
    public void Its_program_in_dotnet_puts_texts_into_classes()
    {
        var program = Program(Card().Text, "csharp");

        Assert.AreEqual("greeting\n", CSharpProgram.Run(program.Replace("The text", "hello my friend"), s_folder, s_folder["run"]));
        Assert.AreEqual("farewell\n", CSharpProgram.Run(program.Replace("The text", "bye to all"), s_folder, s_folder["run"]));
    }

    [TestMethod]
    public void The_program_in_dotnet_of_a_language_model_goes_on_with_a_text()
    {
        using var folder = new WorkingFolder();

        var program = Program(LanguageModelCard(folder), "csharp");
        Assert.AreEqual(ToolRun.Succeeding(folder, "lm", "generate", "run/model", "Once upon a time").Output, CSharpProgram.Run(program, folder, folder["run"]));
    }

    [TestMethod]
    public void The_program_in_Python_of_a_language_model_runs()
    {
        using var folder = new WorkingFolder();

        PythonProgram.Check(Program(LanguageModelCard(folder), "python"), folder["run"]);
    }

    [TestMethod]
    public void The_card_of_an_encoder_that_transformers_knows_says_so()
    {
        using var folder = new WorkingFolder();
        var card = BertCard(folder);

        StringAssert.Contains(card, "\nlibrary_name: transformers\n");
        StringAssert.Contains(Program(card, "python"), "AutoModelForSequenceClassification.from_pretrained(\"model\")");
    }

    [TestMethod]
    public void The_program_in_Python_of_a_classifier_runs()
    {
        using var folder = new WorkingFolder();

        PythonProgram.Check(Program(BertCard(folder), "python"), folder["run"]);
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

    private static string LanguageModelCard(WorkingFolder folder)
    {
        File.WriteAllLines(folder["verses.txt"], Verse.Make(20).Select(verse => verse.Text));
        ToolRun.Succeeding(folder, "lm", "train", "verses.txt", "--model", TinyLanguageModel.Directory, "--output", "run", "--max-steps", "5", "--export");
        return File.ReadAllText(folder["run/model/README.md"]);
    }

    /// <summary>The card of a classifier with a tiny BERT, whose weights a Python script made.</summary>
    private static string BertCard(WorkingFolder folder)
    {
        folder.WriteMessages();
        var bert = Path.Combine(ToolRun.Metadata("Repository"), "test", "Microsoft.ML.BlockLlm.Models.Tests", "golden", "bert-tiny");
        ToolRun.Succeeding(folder, "classify", "train", "messages.tsv", "--model", bert, "--output", "run", "--max-steps", "2", "--export");
        return File.ReadAllText(folder["run/model/README.md"]);
    }

    /// <summary>The program in a language that a card shows.</summary>
    private static string Program(string card, string language) => card.Split($"```{language}\n")[1].Split("```")[0];

    private static (string Path, string Text) Card()
    {
        var path = s_folder["run/model/README.md"];
        return (path, File.ReadAllText(path));
    }
}
