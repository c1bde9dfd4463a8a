using System.Globalization;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Trains the same model on the same data with several methods, one process after another.</summary>
/// <typeparam name="T">The settings of the training.</typeparam>
/// <param name="task">What is trained.</param>
/// <param name="options">What is compared.</param>
/// <param name="settings">The settings of all trainings; of those that belong to some methods alone, the others do without.</param>
/// <param name="flags">Lists the settings by name.</param>
/// <param name="folder">The folder of the comparison; each training has one below it.</param>
internal sealed class Comparison<T>(PlanTask task, ComparisonOptions options, T settings, SettingOptions<T> flags, string folder) where T : TrainerSettings, new()
{
    private const string Configuration = "comparison.yaml";
    private const string Result = "result.json";

    /// <summary>Trains whatever is not trained yet.</summary>
    public ComparisonTable Run() => new(task, [.. options.Methods.SelectMany(Runs)]);

    /// <summary>The trainings of a method that count: those with its best rate. One that failed is left out.</summary>
    private IEnumerable<ComparedRun> Runs(MethodName method)
    {
        var rate = options.LearningRates is [var only] ? only : BestRate(method);
        return options.Seeds.Select(seed => Train(method, rate, seed, isTrial: false)).OfType<ComparedRun>();
    }

    private double BestRate(MethodName method) => options.LearningRates
        .Select(rate => Train(method, rate, options.Seeds[0], isTrial: options.TrialSteps is not null))
        .OfType<ComparedRun>()
        .OrderBy(run => double.IsNaN(run.Quality) ? double.PositiveInfinity : task == PlanTask.Lm ? run.Quality : -run.Quality)
        .Select(run => run.LearningRate)
        .FirstOrDefault(options.LearningRates[0]);

    private ComparedRun? Train(MethodName method, double rate, int seed, bool isTrial)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{KebabCase.Of(method.ToString())}-rate-{rate}-seed-{seed}{(isTrial ? "-trial" : "")}");
        var run = Path.Combine(folder, name);
        Directory.CreateDirectory(run);
        var (configuration, result) = (Path.Combine(run, Configuration), Path.Combine(run, Result));
        var wanted = Path.Combine(run, "new-" + Configuration);
        ConfigurationFile.Write(wanted, Entries(method, rate, seed, run, isTrial));
        // A result must never stand beside settings that are not its own, even if this process is killed here.
        if (!File.Exists(configuration) || File.ReadAllText(configuration) != File.ReadAllText(wanted))
            File.Delete(result);
        File.Move(wanted, configuration, overwrite: true);
        if (!File.Exists(result))
        {
            Console.Error.WriteLine($"== {name}");
            if (TrainingProcess.Run(task, configuration) is not { } line)
                return null;
            File.WriteAllText(result, line + "\n");
        }

        return ComparedRun.Of(method, rate, seed, task, File.ReadAllText(result));
    }

    private IEnumerable<(string Key, object? Value)> Entries(MethodName method, double rate, int seed, string run, bool isTrial)
    {
        var own = new Dictionary<string, object?>
        {
            [KebabCase.Of(nameof(TrainerSettings.Method))] = KebabCase.Of(method.ToString()),
            [KebabCase.Of(nameof(TrainerSettings.LearningRate))] = rate,
            [KebabCase.Of(nameof(TrainerSettings.Seed))] = seed,
            [KebabCase.Of(nameof(TrainerSettings.Output))] = run,
        };
        if (isTrial)
            own[KebabCase.Of(nameof(TrainerSettings.MaxSteps))] = options.TrialSteps;
        return flags.List(settings, method).Select(entry => (entry.Key, own.GetValueOrDefault(entry.Key, entry.Value)));
    }
}
