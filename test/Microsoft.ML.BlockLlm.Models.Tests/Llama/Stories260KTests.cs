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
        var folder = TestFiles.Data("stories260K");
        using var model = CausalLanguageModel.Load(folder);
        using var known = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "known_answers.json")));
        var expected = known.RootElement.GetProperty("token_ids").Deserialize<int[]>()!;

        var ids = model.GenerateIds([BeginOfText], new GenerationOptions { MaxNewTokens = expected.Length - 1, UseCache = useCache }).ToArray();

        CollectionAssert.AreEqual(expected[1..], ids);
        var text = new Tok512(Path.Combine(folder, "tok512.bin")).Decode(ids);
        Assert.AreEqual(known.RootElement.GetProperty("text").GetString(), text);
    }

    [TestMethod]
    public void The_mean_loss_of_sixty_stories_is_the_documented_one()
    {
        var folder = TestFiles.Data("stories260K");
        var tokenizer = new Tok512(Path.Combine(folder, "tok512.bin"));
        var stories = File.ReadAllText(TestFiles.Data("lm/tinystories_sample_2MiB.txt")).Split("<|endoftext|>").Take(60);
        using var model = CausalLanguageModel.Load(folder);
        using var withoutGraph = no_grad();
        var (sum, count) = (0.0, 0);
        foreach (var story in stories)
        {
            using var scope = NewDisposeScope();
            using var batch = new TokenBatch(tensor([.. tokenizer.Encode(story.Trim()).Take(512).Select(id => (long)id)]).unsqueeze(0));
            var targets = NextTokenTargets.Of(batch).view(-1);
            var loss = nn.functional.cross_entropy(model.forward(batch).squeeze(0), targets, reduction: nn.Reduction.Sum);
            sum += loss.item<float>();
            count += (int)batch.Length - 1;
        }
        Assert.AreEqual(20_424, count);
        Assert.AreEqual(1.29584, sum / count, 1e-4);
    }
}
