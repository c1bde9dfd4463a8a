namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class TokenSamplerTests
{
    // Probabilities 0.5, 0.3, 0.15, 0.05 of the tokens 2, 0, 3, 1.
    private static readonly float[] s_logits = [MathF.Log(0.3f), MathF.Log(0.05f), MathF.Log(0.5f), MathF.Log(0.15f)];

    [TestMethod]
    public void Without_temperature_the_likeliest_token_is_taken() =>
        CollectionAssert.AreEqual(new[] { 0, 0, 1, 0 }, Shares(new GenerationOptions()));

    [TestMethod]
    public void Tokens_are_drawn_by_their_probabilities() =>
        AssertShares([0.3, 0.05, 0.5, 0.15], new GenerationOptions { Temperature = 1, Seed = 1 });

    [TestMethod]
    public void Temperature_divides_the_logits() =>
        // Squares of the probabilities, divided by their sum.
        AssertShares([0.2466, 0.0068, 0.6849, 0.0616], new GenerationOptions { Temperature = 0.5, Seed = 1 });

    [TestMethod]
    public void Top_k_leaves_the_likeliest() =>
        AssertShares([0.375, 0, 0.625, 0], new GenerationOptions { Temperature = 1, TopK = 2, Seed = 1 });

    [TestMethod]
    public void Top_p_leaves_the_fewest_that_reach_the_share() =>
        AssertShares([0.3158, 0, 0.5263, 0.1579], new GenerationOptions { Temperature = 1, TopP = 0.81, Seed = 1 });

    [TestMethod]
    public void Top_p_always_leaves_one() =>
        AssertShares([0, 0, 1, 0], new GenerationOptions { Temperature = 1, TopP = 1e-9, Seed = 1 });

    [TestMethod]
    public void The_penalty_divides_positive_and_multiplies_negative_logits()
    {
        var sampler = new TokenSampler(new GenerationOptions { RepetitionPenalty = 2 });
        float[] logits = [3, -1, 2, -4];

        Assert.AreEqual(2, sampler.Next(logits, [0, 1, 0]));
        CollectionAssert.AreEqual(new float[] { 1.5f, -2, 2, -4 }, logits);
    }

    public static IEnumerable<object[]> OptionsOutOfRange =>
    [
        [nameof(GenerationOptions.Temperature), new Func<GenerationOptions>(() => new GenerationOptions { Temperature = -1 })],
        [nameof(GenerationOptions.Temperature), new Func<GenerationOptions>(() => new GenerationOptions { Temperature = double.NaN })],
        [nameof(GenerationOptions.TopK), new Func<GenerationOptions>(() => new GenerationOptions { TopK = 0 })],
        [nameof(GenerationOptions.TopP), new Func<GenerationOptions>(() => new GenerationOptions { TopP = 0 })],
        [nameof(GenerationOptions.RepetitionPenalty), new Func<GenerationOptions>(() => new GenerationOptions { RepetitionPenalty = 0 })],
        [nameof(GenerationOptions.MaxNewTokens), new Func<GenerationOptions>(() => new GenerationOptions { MaxNewTokens = -1 })],
        [nameof(GenerationOptions.StopStrings), new Func<GenerationOptions>(() => new GenerationOptions { StopStrings = [""] })],
    ];

    [TestMethod]
    [DynamicData(nameof(OptionsOutOfRange))]
    public void An_option_out_of_range_is_named(string name, Func<GenerationOptions> make)
    {
        var exception = Assert.Throws<ArgumentException>(() => make());

        Assert.AreEqual(name, exception.ParamName);
    }

    private static void AssertShares(double[] expected, GenerationOptions options)
    {
        const int draws = 20_000;
        var counts = Shares(options, draws);
        for (var token = 0; token < expected.Length; token++)
            Assert.AreEqual(expected[token], counts[token] / (double)draws, expected[token] is 0 or 1 ? 0 : 0.015, $"Token {token}");
    }

    private static int[] Shares(GenerationOptions options, int draws = 1)
    {
        var sampler = new TokenSampler(options);
        var counts = new int[s_logits.Length];
        for (var draw = 0; draw < draws; draw++)
            counts[sampler.Next([.. s_logits], [])]++;
        return counts;
    }
}
