using System.CommandLine;
using System.Globalization;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>What is compared: each method with each seed, at the best of the learning rates for it.</summary>
/// <param name="Methods">The methods.</param>
/// <param name="LearningRates">The rates to try.</param>
/// <param name="Seeds">The seeds.</param>
/// <param name="TrialSteps">Updates of a run that only tries a rate; null for a whole run.</param>
internal sealed record ComparisonOptions(IReadOnlyList<ComparedMethod> Methods, IReadOnlyList<TriedRate> LearningRates, IReadOnlyList<int> Seeds, int? TrialSteps)
{
    /// <summary>The rates tried for a method, with the first seed; of one alone there is nothing to try.</summary>
    public IReadOnlyList<double> RatesOf(ComparedMethod method)
    {
        var own = LearningRates.Where(rate => rate.Name == method.Name).ToList();
        return [.. (own.Count > 0 ? own : LearningRates.Where(rate => rate.Name is null)).Select(rate => rate.Value)];
    }
}

/// <summary>The flags for <see cref="ComparisonOptions"/>; lists have commas between their entries.</summary>
internal sealed class ComparisonFlags
{
    private const string MethodsFlag = "--methods";

    /// <summary>The rates tried unless others are given: a comparison at one rate favours the methods that it suits. A step of SGD is as long as its gradient, and that of the others about as long as the rate.</summary>
    private static readonly IReadOnlyList<double> s_defaultRates = [3e-4, 1e-3, 3e-3], s_defaultRatesOfSgd = [0.03, 0.1, 0.3];

    private readonly Option<string> _methods = new(MethodsFlag) { HelpName = "names", Description = $"The methods, with commas between: {string.Join(",", KebabCase.NamesOf(typeof(MethodName)))}. 'drawn=blockllm' is one under a name of your own, and so may be there several times. '--galore.rank 48', '--lora.rank 4' or '--drawn.mask-by random' is a setting of one alone.", DefaultValueFactory = _ => "blockllm,adamw" };
    private readonly Option<string?> _rates = new("--learning-rates") { HelpName = "numbers", Description = "The learning rates to try for each method, with commas between; the best with the first seed is taken. 'sgd:0.1', or 'drawn:0.01', is one for a method by name, which then tries its own alone. Default: 0.0003,0.001,0.003, of sgd 0.03,0.1,0.3, since methods differ in the rate that suits them; or --learning-rate alone, if that is not its default." };
    private readonly Option<string> _seeds = new("--seeds") { HelpName = "numbers", Description = "The seeds to train with, with commas between.", DefaultValueFactory = _ => "1" };
    private readonly Option<int?> _trialSteps = new("--trial-steps") { HelpName = "number", Description = "Updates of a run that only tries a rate, the same for every method. Default: as many as any other run." };

    /// <summary>Gives a command the flags.</summary>
    public void AddTo(CliCommand command)
    {
        foreach (var flag in new Option[] { _methods, _rates, _seeds, _trialSteps })
            command.Add(flag);
    }

    /// <summary>The names that a command line gives to methods, looked up before it is parsed as a whole: it may have flags that begin with them.</summary>
    public static IEnumerable<string> NamesIn(IReadOnlyList<string> arguments)
    {
        var methods = new Option<string>(MethodsFlag);
        var command = new CliCommand("compare") { methods };
        command.TreatUnmatchedTokensAsErrors = false;
        // What is wrong with an entry is said when all is parsed.
        return (command.Parse(arguments).GetResult(methods)?.Tokens ?? [])
            .SelectMany(token => Split(token.Value)).Select(ComparedMethod.Parse).OfType<ComparedMethod>().Select(method => method.Name);
    }

    /// <summary>The options of a command line.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="settings">The settings of all trainings. A learning rate other than the default one is the only one, where none are to be tried.</param>
    /// <param name="defaults">The default settings.</param>
    /// <exception cref="UsageException">A value is wrong, or a setting is one that the comparison has several values of.</exception>
    public ComparisonOptions Of(ParseResult parsed, TrainerSettings settings, TrainerSettings defaults)
    {
        if (settings.Method != defaults.Method)
            throw new UsageException($"method is {KebabCase.Of(settings.Method.ToString())}, but a comparison is of the methods in {_methods.Name}. Name it there.");
        if (settings.Seed != defaults.Seed)
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"seed is {settings.Seed}, but a comparison has the seeds in {_seeds.Name}. Name it there."));
        double? learningRate = settings.LearningRate == defaults.LearningRate ? null : settings.LearningRate;
        if (learningRate is not null && parsed.GetValue(_rates) is not null)
            throw new UsageException($"learning-rate is one rate, and {_rates.Name} are those to try. Leave out one of them.");
        var methods = Parse(_methods.Name, parsed.GetValue(_methods)!, ComparedMethod.Parse, ComparedMethod.Rule);
        // The file systems of some machines do not tell Drawn from drawn.
        if (methods.GroupBy(method => method.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } same)
            throw new UsageException($"{_methods.Name}: '{same.Key}' is the name of {same.Count()} of them. Give each another.");
        var options = new ComparisonOptions(
            methods,
            parsed.GetValue(_rates) is { } rates ? Parse(_rates.Name, rates, text => TriedRate.Parse(text, methods), "must be a number, or the name of a method, a colon and a number")
                : learningRate is { } only ? [new(only)]
                : [.. methods.SelectMany(method => (method.Method == MethodName.Sgd ? s_defaultRatesOfSgd : s_defaultRates).Select(rate => new TriedRate(rate, method.Name)))],
            Parse(_seeds.Name, parsed.GetValue(_seeds)!, text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed) ? seed : (int?)null, "must be a whole number"),
            parsed.GetValue(_trialSteps) is < 1 ? throw new UsageException($"{_trialSteps.Name} must be at least 1.") : parsed.GetValue(_trialSteps));
        foreach (var method in options.Methods.Where(method => options.RatesOf(method).Count == 0))
            throw new UsageException($"{_rates.Name} has none for {method.Name}. Add one, or some without a name, which are for all methods.");
        return options;
    }

    private static IReadOnlyList<T> Parse<T>(string flag, string list, Func<string, T?> parse, string rule) where T : struct =>
        [.. Split(list).Select(text => parse(text) ?? throw new UsageException($"{flag}: '{text}' {rule}.")).Distinct()];

    private static string[] Split(string list) => list.Split(',', StringSplitOptions.TrimEntries);
}
