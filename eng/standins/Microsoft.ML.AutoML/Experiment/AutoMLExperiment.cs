using System.Globalization;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AutoML;

/// <summary>Runs trials until a limit is reached, with parameters that a tuner proposes, and keeps the best.</summary>
public class AutoMLExperiment
{
    internal const string PipelineSearchSpaceName = "_pipeline_";

    private readonly MLContext _context;
    private readonly AutoMLExperimentSettings _settings;
    private readonly IChannel _channel;
    private TrialResult _best;
    private bool _hasTimeLimit;

    public AutoMLExperiment(MLContext context, AutoMLExperimentSettings settings)
    {
        _context = context;
        _settings = settings;
        _settings.Seed ??= ((IHostEnvironmentInternal)context).Seed;
        _settings.SearchSpace ??= new SearchSpace.SearchSpace();
        _channel = ((IChannelProvider)context).Start(nameof(AutoMLExperiment));
        Services.AddSingleton(settings);
        Services.AddSingleton(_channel);
        Services.AddTransient(_ => CreateChildContext());
        this.SetPerformanceMonitor(2000);
    }

    internal Services Services { get; } = new();

    public AutoMLExperiment SetTrainingTimeInSeconds(uint trainingTimeInSeconds)
    {
        _settings.MaxExperimentTimeInSeconds = trainingTimeInSeconds;
        _hasTimeLimit = true;
        return this;
    }

    public AutoMLExperiment SetMaxModelToExplore(int maxModel)
    {
        _settings.MaxModels = maxModel;
        return this;
    }

    public AutoMLExperiment SetMaximumMemoryUsageInMegaByte(double value = double.MaxValue)
    {
        _settings.MaximumMemoryUsageInMegaByte = value;
        return this;
    }

    public AutoMLExperiment AddSearchSpace(string key, SearchSpace.SearchSpace searchSpace)
    {
        _settings.SearchSpace[key] = searchSpace;
        return this;
    }

    public AutoMLExperiment SetMonitor<TMonitor>(TMonitor monitor) where TMonitor : class, IMonitor
    {
        Services.AddSingleton<IMonitor>(monitor);
        return this;
    }

    public AutoMLExperiment SetTrialRunner<TTrialRunner>(TTrialRunner runner) where TTrialRunner : class, ITrialRunner
    {
        Services.AddSingleton<ITrialRunner>(runner);
        return this;
    }

    /// <summary>Sets what makes a runner for each trial.</summary>
    public AutoMLExperiment SetTrialRunner<TTrialRunner>(Func<IServiceProvider, TTrialRunner> factory) where TTrialRunner : class, ITrialRunner
    {
        Services.AddTransient<ITrialRunner>(factory);
        return this;
    }

    public AutoMLExperiment SetTuner<TTuner>(TTuner proposer) where TTuner : class, ITuner => SetTuner(_ => proposer);

    public AutoMLExperiment SetTuner<TTuner>(Func<IServiceProvider, TTuner> factory) where TTuner : class, ITuner
    {
        Services.AddSingleton<ITuner>(factory);
        return this;
    }

    public TrialResult Run() => RunAsync().Result;

    /// <summary>Runs trials, one after the other.</summary>
    /// <returns>The best trial. It is returned on cancellation too, once the running trial has ended.</returns>
    /// <exception cref="TimeoutException">No trial was completed with a finite loss.</exception>
    public async Task<TrialResult> RunAsync(CancellationToken ct = default)
    {
        _settings.CancellationToken = ct;
        using var stop = new StopConditions(_settings, _hasTimeLimit, ct);
        var services = Services.BuildServiceProvider();
        var tuner = services.Get<ITuner>();
        var monitor = services.Get<IMonitor>();
        for (var id = 0; !stop.IsStopRequested; id++)
        {
            var settings = new TrialSettings { TrialId = id, StartedAtUtc = DateTime.UtcNow };
            settings.Parameter = tuner.Propose(settings);
            using var cancellation = stop.BeginTrial();
            monitor?.ReportRunningTrial(settings);
            try
            {
                using var performance = services.Get<IPerformanceMonitor>();
                using var runner = services.Get<ITrialRunner>();
                using var hearing = stop.Cancel(cancellation);
                performance.PerformanceMetricsUpdated += (_, metrics) => performance.OnPerformanceMetricsUpdatedHandler(settings, metrics, cancellation);
                performance.Start();
                var result = await runner.RunAsync(settings, cancellation.Token);
                result.PeakCpu = performance.GetPeakCpuUsage();
                result.PeakMemoryInMegaByte = performance.GetPeakMemoryUsageInMegaByte();
                result.TrialSettings.EndedAtUtc = DateTime.UtcNow;
                performance.Pause();
                monitor?.ReportCompletedTrial(result);
                tuner.Update(result);
                stop.CountModel();
                if (result.Loss < (_best?.Loss ?? double.MaxValue))
                {
                    _best = result;
                    monitor?.ReportBestTrial(result);
                }
            }
            catch (Exception exception) when (!stop.IsStopRequested)
            {
                settings.EndedAtUtc = DateTime.UtcNow;
                monitor?.ReportFailTrial(settings, exception);
                tuner.Update(new TrialResult { TrialSettings = settings, Loss = double.MaxValue });
                stop.CountModel();
                // As in the original: where not even one trial has gone well, all others are taken to fail, too.
                if (_best is null && exception is not (OperationCanceledException or OutOfMemoryException))
                    throw;
            }
            catch (Exception exception)
            {
                _channel.Trace(MessageSensitivity.None, string.Create(CultureInfo.InvariantCulture, $"Trial {id} was cancelled: {exception.Message}"));
            }
        }
        return _best ?? throw new TimeoutException(
            "Training time finished without completing a successful trial. Either no trial completed or the metric for all completed trials are NaN or Infinity");
    }

    private MLContext CreateChildContext()
    {
        var child = new MLContext(_settings.Seed)
        {
            GpuDeviceId = _context.GpuDeviceId,
            FallbackToCpu = _context.FallbackToCpu,
            TempFilePath = _context.TempFilePath,
        };
        child.Log += (_, message) => _channel.Send(new ChannelMessage(message.Kind, MessageSensitivity.Unknown, message.Message));
        return child;
    }

    public class AutoMLExperimentSettings : ExperimentSettings
    {
        public int? Seed { get; set; }

        public SearchSpace.SearchSpace SearchSpace { get; set; }
    }
}
