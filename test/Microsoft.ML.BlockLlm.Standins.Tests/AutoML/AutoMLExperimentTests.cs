using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.BlockLlm.Standins.Tests.AutoML;

[TestClass]
public sealed class AutoMLExperimentTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void The_trial_of_least_loss_is_the_result()
    {
        var monitor = new Listener();

        var result = Experiment(x => Math.Abs(x - 0.3)).SetMonitor(monitor).SetRandomSearchTuner(seed: 1).SetMaxModelToExplore(20).Run();

        Assert.AreEqual(20, monitor.Completed.Count);
        Assert.AreEqual(monitor.Completed.Min(trial => trial.Loss), result.Loss);
        Assert.AreEqual(monitor.LastBest, result);
    }

    [TestMethod]
    public void A_grid_goes_through_all_values()
    {
        var monitor = new Listener();

        Experiment(x => x).SetMonitor(monitor).SetGridSearchTuner(step: 5).SetMaxModelToExplore(5).Run();

        CollectionAssert.AreEqual(new[] { 0, 0.2, 0.4, 0.6, 0.8 }, monitor.Completed.Select(trial => Math.Round(trial.Loss, 9)).ToArray());
    }

    [TestMethod]
    public void A_cost_frugal_search_begins_at_the_default_and_closes_in_on_the_optimum()
    {
        var monitor = new Listener();

        var result = Experiment(x => Math.Abs(x - 0.8), defaultValue: 0.1).SetMonitor(monitor).SetCostFrugalTuner().SetMaxModelToExplore(60).Run();

        Assert.AreEqual(0.7, monitor.Completed[0].Loss, 1e-9);
        Assert.IsTrue(result.Loss < 0.05, $"The loss is {result.Loss}.");
    }

    [TestMethod]
    public void Equal_seeds_propose_equal_parameters()
    {
        Assert.AreEqual(Losses(7), Losses(7));
        Assert.AreNotEqual(Losses(7), Losses(8));

        string Losses(int seed)
        {
            var monitor = new Listener();
            Experiment(x => x).SetMonitor(monitor).SetRandomSearchTuner(seed).SetMaxModelToExplore(3).Run();
            return string.Join(' ', monitor.Completed.Select(trial => trial.Loss));
        }
    }

    [TestMethod]
    public void A_failing_trial_after_a_good_one_is_reported_and_the_experiment_goes_on()
    {
        var monitor = new Listener();

        Experiment(x => x is > 0.3 and < 0.5 ? throw new InvalidOperationException("no good") : x).SetMonitor(monitor).SetGridSearchTuner(step: 5).SetMaxModelToExplore(5).Run();

        Assert.AreEqual("no good", monitor.Failures.Single().Message);
        Assert.AreEqual(4, monitor.Completed.Count);
    }

    [TestMethod]
    public void A_failure_before_any_good_trial_ends_the_experiment()
    {
        var experiment = Experiment(_ => throw new InvalidOperationException("no good")).SetRandomSearchTuner(1).SetMaxModelToExplore(5);

        var error = Assert.ThrowsException<AggregateException>(() => experiment.Run());

        Assert.AreEqual("no good", error.InnerException!.Message);
    }

    [TestMethod]
    public void A_trial_cancelled_by_itself_before_any_good_trial_does_not_end_the_experiment()
    {
        var monitor = new Listener();

        Experiment(x => x < 0.5 ? throw new OperationCanceledException("not this one") : x).SetMonitor(monitor).SetGridSearchTuner(step: 4).SetMaxModelToExplore(4).Run();

        Assert.AreEqual(2, monitor.Failures.Count);
        Assert.AreEqual(2, monitor.Completed.Count);
    }

    [TestMethod]
    public async Task Cancelling_gives_the_best_trial_so_far()
    {
        using var cancellation = new CancellationTokenSource();
        var trials = 0;

        var result = await Experiment(x => ++trials == 3 ? Cancel(x) : x).SetGridSearchTuner(step: 5).RunAsync(cancellation.Token);

        Assert.AreEqual(3, trials);
        Assert.AreEqual(0, result.Loss);

        double Cancel(double x)
        {
            cancellation.Cancel();
            return x;
        }
    }

    [TestMethod]
    public async Task A_trial_hears_nothing_of_a_cancellation_while_it_was_announced_and_the_settings_have_the_callers_token()
    {
        using var cancellation = new CancellationTokenSource();
        var settings = new AutoMLExperiment.AutoMLExperimentSettings();
        var heard = new List<bool>();
        var experiment = Experiment((x, trial) => Hear(trial, x), settings).SetMonitor(new Listener { WhenRunning = cancellation.Cancel }).SetGridSearchTuner(step: 5);

        await experiment.RunAsync(cancellation.Token);

        Assert.IsFalse(heard.Single());
        Assert.AreEqual(cancellation.Token, settings.CancellationToken);

        double Hear(CancellationToken trial, double x)
        {
            heard.Add(trial.IsCancellationRequested);
            return x;
        }
    }

    [TestMethod]
    public void A_second_run_makes_tuner_and_runner_anew_and_keeps_the_best_trial()
    {
        var monitor = new Listener();
        var tuners = 0;
        var runs = new HashSet<IServiceProvider>();
        var losses = new Queue<double>([0.2, 0.1, 0.4, 0.3]);
        var experiment = _ml.Auto().CreateExperiment().SetMonitor(monitor).SetMaxModelToExplore(2)
            .AddSearchSpace("space", new SearchSpace.SearchSpace { ["x"] = new UniformDoubleOption(0, 1) })
            .SetTuner(_ => new Fixed(++tuners))
            .SetTrialRunner(services =>
            {
                runs.Add(services);
                return new Runner((_, _) => losses.Dequeue());
            });

        var results = new[] { experiment.Run(), experiment.Run() };

        Assert.AreEqual((2, 2), (tuners, runs.Count));
        CollectionAssert.AreEqual(new[] { 0, 1, 0, 1 }, monitor.Completed.Select(trial => trial.TrialSettings.TrialId).ToArray());
        Assert.AreEqual(0.1, results[0].Loss);
        Assert.AreSame(results[0], results[1]);
    }

    [TestMethod]
    public void The_end_of_the_time_cancels_the_first_trial_too()
    {
        var experiment = Experiment(WaitForCancellation).SetRandomSearchTuner(1).SetTrainingTimeInSeconds(1);

        Assert.IsInstanceOfType<TimeoutException>(Assert.ThrowsException<AggregateException>(() => experiment.Run()).InnerException);
    }

    [TestMethod]
    public void Too_much_memory_cancels_the_trial_and_ends_the_experiment()
    {
        var monitor = new Listener();
        var experiment = Experiment(WaitForCancellation).SetMonitor(monitor).SetRandomSearchTuner(1).SetMaximumMemoryUsageInMegaByte(0.01).SetPerformanceMonitor(10);

        Assert.IsInstanceOfType<TimeoutException>(Assert.ThrowsException<AggregateException>(() => experiment.Run()).InnerException);
        Assert.AreEqual(0, monitor.Failures.Count);
    }

    [TestMethod]
    public void Too_much_memory_after_a_good_trial_ends_the_experiment_with_that_one()
    {
        var trials = 0;
        var settings = new AutoMLExperiment.AutoMLExperimentSettings { MaximumMemoryUsageInMegaByte = 1e9 };

        var result = Experiment((x, cancellationToken) => ++trials == 1 ? x : Exceed(x, cancellationToken), settings).SetGridSearchTuner(step: 5).SetPerformanceMonitor(10).Run();

        Assert.AreEqual(2, trials);
        Assert.AreEqual(0, result.TrialSettings.TrialId);

        double Exceed(double x, CancellationToken cancellationToken)
        {
            settings.MaximumMemoryUsageInMegaByte = 0.01;
            return WaitForCancellation(x, cancellationToken);
        }
    }

    [TestMethod]
    public void A_monitor_of_ones_own_says_what_too_much_memory_means()
    {
        var trials = 0;

        var experiment = Experiment(x => ++trials).SetRandomSearchTuner(1).SetMaximumMemoryUsageInMegaByte(0.01).SetMaxModelToExplore(3)
            .SetPerformanceMonitor(services => new Lenient((AutoMLExperiment.AutoMLExperimentSettings)services.GetService(typeof(AutoMLExperiment.AutoMLExperimentSettings))!));

        Assert.AreEqual(1, experiment.Run().Loss);
        Assert.AreEqual(3, trials);
    }

    [TestMethod]
    public void A_trial_tells_of_the_memory_and_the_processors_it_took()
    {
        var result = Experiment(x => x).SetRandomSearchTuner(1).SetMaxModelToExplore(1).Run();

        Assert.IsTrue(result.PeakMemoryInMegaByte > 1);
        Assert.IsTrue(result.PeakCpu >= 0);
    }

    [TestMethod]
    public void A_monitor_that_was_stopped_tells_of_nothing_more()
    {
        var seen = 0;
        using var monitor = new DefaultPerformanceMonitor(new(), null, checkIntervalInMilliseconds: 1);
        monitor.PerformanceMetricsUpdated += (_, _) => Interlocked.Increment(ref seen);

        monitor.Start();
        SpinWait.SpinUntil(() => Volatile.Read(ref seen) > 3);
        monitor.Stop();
        var before = Volatile.Read(ref seen);
        Thread.Sleep(50);

        Assert.AreEqual(before, Volatile.Read(ref seen));
    }

    [TestMethod]
    public void A_runner_is_made_with_what_the_experiment_has_and_disposed_after_each_trial()
    {
        var runners = new List<Runner>();
        var experiment = _ml.Auto().CreateExperiment()
            .AddSearchSpace("space", new SearchSpace.SearchSpace { ["x"] = new UniformDoubleOption(0, 1) })
            .SetRandomSearchTuner(1)
            .SetMaxModelToExplore(2)
            .SetTrialRunner(services =>
            {
                Assert.IsInstanceOfType<MLContext>(services.GetService(typeof(MLContext)));
                Assert.IsNull(services.GetService(typeof(IDatasetManager)));
                runners.Add(new Runner((x, _) => x));
                return runners[^1];
            });

        experiment.Run();

        Assert.AreEqual(2, runners.Count(runner => runner.IsDisposed));
    }

    private AutoMLExperiment Experiment(Func<double, double> loss, double? defaultValue = null) => Experiment((x, _) => loss(x), defaultValue: defaultValue);

    private AutoMLExperiment Experiment(Func<double, CancellationToken, double> loss, AutoMLExperiment.AutoMLExperimentSettings? settings = null, double? defaultValue = null) => _ml.Auto().CreateExperiment(settings)
        .AddSearchSpace("space", new SearchSpace.SearchSpace { ["x"] = new UniformDoubleOption(0, 1, defaultValue: defaultValue) })
        .SetTrialRunner(new Runner(loss));

    private static double WaitForCancellation(double x, CancellationToken cancellationToken)
    {
        cancellationToken.WaitHandle.WaitOne();
        cancellationToken.ThrowIfCancellationRequested();
        return x;
    }

    private sealed class Lenient(AutoMLExperiment.AutoMLExperimentSettings settings) : DefaultPerformanceMonitor(settings, null, checkIntervalInMilliseconds: 10)
    {
        public override void OnPerformanceMetricsUpdatedHandler(TrialSettings trialSettings, TrialPerformanceMetrics metrics, CancellationTokenSource trialCancellationTokenSource)
        {
        }
    }

    private sealed class Fixed(double value) : ITuner
    {
        public SearchSpace.Parameter Propose(TrialSettings settings) => SearchSpace.Parameter.CreateNestedParameter(
            KeyValuePair.Create("space", SearchSpace.Parameter.CreateNestedParameter(KeyValuePair.Create("x", SearchSpace.Parameter.FromDouble(value)))));

        public void Update(TrialResult result)
        {
        }
    }

    private sealed class Runner(Func<double, CancellationToken, double> loss) : ITrialRunner
    {
        public bool IsDisposed { get; private set; }

        public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct) => Task.FromResult(new TrialResult
        {
            TrialSettings = settings,
            Loss = loss(settings.Parameter["space"]["x"].AsType<double>(), ct),
            DurationInMilliseconds = 1,
        });

        public void Dispose() => IsDisposed = true;
    }

    private sealed class Listener : IMonitor
    {
        public List<TrialResult> Completed { get; } = [];

        public List<Exception> Failures { get; } = [];

        public TrialResult? LastBest { get; private set; }

        public Action? WhenRunning { get; init; }

        public void ReportRunningTrial(TrialSettings settings) => WhenRunning?.Invoke();

        public void ReportCompletedTrial(TrialResult result) => Completed.Add(result);

        public void ReportBestTrial(TrialResult result) => LastBest = result;

        public void ReportFailTrial(TrialSettings settings, Exception? exception = null) => Failures.Add(exception!);
    }
}
