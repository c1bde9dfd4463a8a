using System.Text.Json;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>A real pretrained LLaMA of 260,032 parameters, trained on TinyStories, with its documented answers.</summary>
[TestClass]
public sealed class Stories260KTests
{
    private const int BeginOfText = 1;

    [TestMethod]
    public void The_first_logits_are_the_documented_ones()
    {
        using var model = CausalLanguageModel.Load(TestFiles.Data("stories260K"));
        using var batch = new TokenBatch(tensor(new long[,] { { BeginOfText } }));
        using var logits = model.forward(batch);

        float[] expected = [-6.22291f, 8.40434f, -6.22374f, -6.22255f, -6.22195f];
        var actual = logits.data<float>().ToArray();
        for (var id = 0; id < expected.Length; id++)
            Assert.AreEqual(expected[id], actual[id], 1e-4f);
        Assert.AreEqual(403, Array.IndexOf(actual, actual.Max()));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void The_greedy_text_is_the_documented_one(bool useCache)
    {
        using var folder = FolderWithTokenizer();
        using var model = PretrainedModel.FromDirectory(folder.Path).CreateLanguageModel();
        using var known = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Data("stories260K/known_answers.json")));
        var expected = known.RootElement.GetProperty("token_ids").Deserialize<int[]>()!;
        var options = new GenerationOptions { MaxNewTokens = expected.Length - 1, UseCache = useCache };

        CollectionAssert.AreEqual(expected[1..], model.GenerateIds([BeginOfText], options).ToArray());
        Assert.AreEqual(known.RootElement.GetProperty("text").GetString(), new TextGenerator(model).Generate("", options));
    }

    [TestMethod]
    public void The_mean_loss_of_sixty_stories_is_the_documented_one()
    {
        using var folder = FolderWithTokenizer();
        var stories = File.ReadAllText(TestFiles.Data("lm/tinystories_sample_2MiB.txt")).Split("<|endoftext|>").Take(60);
        using var model = CausalLanguageModel.Load(folder.Path);
        var encoder = model.CreateBatchEncoder(maxTokens: 512);
        using var withoutGraph = no_grad();
        var (sum, count) = (0.0, 0);
        foreach (var story in stories)
        {
            using var scope = NewDisposeScope();
            using var batch = encoder.CreateBatch([encoder.Encode(story.Trim())]);
            var targets = NextTokenTargets.Of(batch).view(-1);
            var loss = nn.functional.cross_entropy(model.forward(batch).squeeze(0), targets, reduction: nn.Reduction.Sum);
            sum += loss.item<float>();
            count += (int)batch.Length - 1;
        }
        Assert.AreEqual(20_424, count);
        Assert.AreEqual(1.29584, sum / count, 1e-4);
    }

    // The data folder has the tokenizer under another name than that of Hugging Face folders.
    private static TemporaryFolder FolderWithTokenizer()
    {
        var folder = TemporaryFolder.CopyOf(TestFiles.Data("stories260K"));
        File.Move(folder.File("tok512.model"), folder.File("tokenizer.model"));
        return folder;
    }
}
