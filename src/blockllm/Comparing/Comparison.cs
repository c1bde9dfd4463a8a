using System.Globalization;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Trains the same model on the same data with several methods, one process after another.</summary>
/// <typeparam name="T">The settings of the training.</typeparam>
/// <param name="task">What is trained.</param>
/// <param name="options">What is compared.</param>
/// <param name="settings">The settings of each method.</param>
/// <param name="variants">What the methods are that have names of their own.</param>
/// <param name="flags">Lists the settings by name.</param>
/// <param name="folder">The folder of the comparison; each training has one below it.</param>
/// <param name="cancellationToken">Ends the training that runs, and with it the comparison; what is complete counts.</param>
internal sealed class Comparison<T>(
    PlanTask task, ComparisonOptions options, IReadOnlyDictionary<ComparedMethod, T> settings, IReadOnlyList<string> variants, SettingOptions<T> flags, string folder, CancellationToken cancellationToken) where T : TrainerSettings, new()
{
    private const string Configuration = "comparison.yaml";
    private const string Inputs = "comparison.sha256";
    private const string Result = "result.json";

    private readonly InputDigests _digests = new();
    private readonly List<TriedRun> _trials = [];

    /// <summary>Whether a training was ended from outside, so that those after it were not begun.</summary>
    public bool IsCanceled { get; private set; }

    /// <summary>Trains whatever is not trained yet, once no method refuses its settings.</summary>
    /// <exception cref="UsageException">A method refuses its settings. Or a training was refused, for a reason that it has printed.</exception>
    public ComparisonTable Run()
    {
        foreach (var method in options.Methods)
            Check(method);
        ComparedRun[] runs = [.. options.Methods.SelectMany(Runs)];
        var wanted = options.Methods.SelectMany(method => options.Seeds.Select(seed => new MissingRun(method.Name, seed)));
        return new(task, runs, [.. wanted.Except(runs.Select(run => new MissingRun(run.Method, run.Seed)))], _trials, variants);
    }

    /// <summary>What a method refuses is said before others have been trained for hours.</summary>
    private void Check(ComparedMethod method)
    {
        try
        {
            settings[method].Check(cancellationToken);
        }
        catch (Exception exception) when (exception is ArgumentException or UsageException)
        {
            throw new UsageException($"{method.Name}: {exception.Message.Split(" (Parameter", 2)[0]}", exception);
        }
    }

    /// <summary>The trainings of a method that count: those with its best rate. One that failed is left out.</summary>
    private IEnumerable<ComparedRun> Runs(ComparedMethod method)
    {
        var rate = options.RatesOf(method) is [var only] ? only : BestRate(method);
        return rate is { } best ? options.Seeds.Select(seed => Train(method, best, seed, isTrial: false)).OfType<ComparedRun>() : [];
    }

    /// <summary>The rate that does best with the first seed; null if the method fails with every one.</summary>
    private double? BestRate(ComparedMethod method)
    {
        ComparedRun[] trials = [.. options.RatesOf(method).Select(rate => Train(method, rate, options.Seeds[0], isTrial: options.TrialSteps is not null)).OfType<ComparedRun>()];
        _trials.AddRange(trials.Select(trial => new TriedRun(trial.Method, trial.LearningRate, trial.Quality)));
        return trials.MinBy(run => double.IsNaN(run.Quality) ? double.PositiveInfinity : task == PlanTask.Lm ? run.Quality : -run.Quality)?.LearningRate;
    }

    /// <summary>Trains, unless there is a result with these settings of these data; null if there is none then either.</summary>
    private ComparedRun? Train(ComparedMethod method, double rate, int seed, bool isTrial)
    {
        if (IsCanceled |= cancellationToken.IsCancellationRequested)
            return null;
        var name = string.Create(CultureInfo.InvariantCulture, $"{method.Name}-rate-{rate}-seed-{seed}{(isTrial ? "-trial" : "")}");
        var run = Path.Combine(folder, name);
        Directory.CreateDirectory(run);
        var (configuration, result) = (Path.Combine(run, Configuration), Path.Combine(run, Result));
        (string Path, string Text)[] key =
        [
            (configuration, ConfigurationFile.ToText(Entries(method, rate, seed, run, isTrial))), (Path.Combine(run, Inputs), _digests.Of(settings[method].InputFiles(cancellationToken))),
        ];
        if (key.Any(file => !File.Exists(file.Path) || File.ReadAllText(file.Path) != file.Text))
        {
            // First, since a result must never stand beside settings or data that are not its own, even if this process is killed here.
            File.Delete(result);
            foreach (var (path, text) in key)
                AtomicFile.WriteText(path, text);
        }

        if (!File.Exists(result))
        {
            Console.Error.WriteLine($"== {name}");
            if (ResultOf(configuration) is not { } line)
                return null;
            AtomicFile.WriteText(result, line + "\n");
        }

        return ComparedRun.Of(method.Name, rate, seed, task, File.ReadAllText(result));
    }

    /// <summary>Trains in a process; null if that failed, or was ended for the memory that it took.</summary>
    private string? ResultOf(string configuration)
    {
        var (exitCode, result) = TrainingProcess.Run(task, configuration, cancellationToken);
        IsCanceled |= exitCode == ExitCode.Canceled;
        return exitCode switch
        {
            ExitCode.Success => result,
            ExitCode.Usage => throw new UsageException("A training of the comparison was refused (above)."),
            _ => null,
        };
    }

    private IEnumerable<(string Key, object? Value)> Entries(ComparedMethod method, double rate, int seed, string run, bool isTrial)
    {
        var own = new Dictionary<string, object?>
        {
            [KebabCase.Of(nameof(TrainerSettings.Method))] = KebabCase.Of(method.Method.ToString()),
            [KebabCase.Of(nameof(TrainerSettings.LearningRate))] = rate,
            [KebabCase.Of(nameof(TrainerSettings.Seed))] = seed,
            [KebabCase.Of(nameof(TrainerSettings.Output))] = run,
            // No training goes on from them, and writing them takes time; but going back needs them.
            [KebabCase.Of(nameof(TrainerSettings.Checkpoints))] = settings[method].OnNonFinite == NonFinitePolicy.RollBack,
        };
        if (isTrial)
            own[KebabCase.Of(nameof(TrainerSettings.MaxSteps))] = options.TrialSteps;
        return flags.List(settings[method], method.Method).Select(entry => (entry.Key, own.GetValueOrDefault(entry.Key, entry.Value)));
    }
}
