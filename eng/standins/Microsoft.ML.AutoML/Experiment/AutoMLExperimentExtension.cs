using Microsoft.ML.Runtime;

namespace Microsoft.ML.AutoML;

public static class AutoMLExperimentExtension
{
    public static AutoMLExperiment SetDataset(this AutoMLExperiment experiment, IDataView train, IDataView validation, bool subSamplingTrainDataset = false)
    {
        if (subSamplingTrainDataset)
            throw new NotSupportedException("This stand-in of AutoML takes no samples of the training data. Set subSamplingTrainDataset to false.");
        return experiment.Add<IDatasetManager>(new TrainValidateDatasetManager(train, validation));
    }

    public static AutoMLExperiment SetDataset(this AutoMLExperiment experiment, DataOperationsCatalog.TrainTestData trainValidationSplit) =>
        experiment.SetDataset(trainValidationSplit.TrainSet, trainValidationSplit.TestSet);

    public static AutoMLExperiment SetDataset(this AutoMLExperiment experiment, IDataView dataset, int fold = 10, string samplingKeyColumnName = null) =>
        experiment.Add<IDatasetManager>(new CrossValidateDatasetManager { Dataset = dataset, Fold = fold, SamplingKeyColumnName = samplingKeyColumnName });

    public static AutoMLExperiment SetMulticlassClassificationMetric(
        this AutoMLExperiment experiment, MulticlassClassificationMetric metric, string labelColumn = "label", string predictedColumn = "PredictedLabel")
    {
        var manager = new MulticlassMetricManager(metric, labelColumn, predictedColumn);
        return experiment.Add<IMetricManager>(manager).Add<IEvaluateMetricManager>(manager);
    }

    /// <summary>Sets what is fitted in each trial and, until others are set, who runs trials, who hears of them and who proposes parameters.</summary>
    public static AutoMLExperiment SetPipeline(this AutoMLExperiment experiment, SweepablePipeline pipeline)
    {
        experiment.AddSearchSpace(AutoMLExperiment.PipelineSearchSpaceName, pipeline.SearchSpace);
        experiment.Add(pipeline);
        experiment.SetTrialRunner(services => new SweepablePipelineRunner(
            services.Get<MLContext>(), services.Get<SweepablePipeline>(), services.Get<IEvaluateMetricManager>(), services.Get<IDatasetManager>()));
        experiment.Services.AddSingleton<IMonitor>(services => new MLContextMonitor(services.Get<IChannel>()));
        return experiment.SetEciCostFrugalTuner();
    }

    public static AutoMLExperiment SetPerformanceMonitor(this AutoMLExperiment experiment, int checkIntervalInMilliseconds = 1000) =>
        experiment.SetPerformanceMonitor(services => new DefaultPerformanceMonitor(services.Settings(), services.Get<IChannel>(), checkIntervalInMilliseconds));

    /// <summary>Sets what makes a monitor for each trial.</summary>
    public static AutoMLExperiment SetPerformanceMonitor<TPerformanceMonitor>(this AutoMLExperiment experiment, Func<IServiceProvider, TPerformanceMonitor> factory)
        where TPerformanceMonitor : class, IPerformanceMonitor
    {
        experiment.Services.AddTransient<IPerformanceMonitor>(factory);
        return experiment;
    }

    public static AutoMLExperiment SetEciCostFrugalTuner(this AutoMLExperiment experiment) =>
        experiment.SetTuner(services => new EciCostFrugalTuner(services.Get<SweepablePipeline>(), services.Settings()));

    public static AutoMLExperiment SetCostFrugalTuner(this AutoMLExperiment experiment) =>
        experiment.SetTuner(services => new CostFrugalTuner(services.Settings().SearchSpace, services.Settings().Seed));

    public static AutoMLExperiment SetRandomSearchTuner(this AutoMLExperiment experiment, int? seed = null) =>
        experiment.SetTuner(services => new RandomSearchTuner(services.Settings().SearchSpace, seed ?? services.Settings().Seed));

    public static AutoMLExperiment SetGridSearchTuner(this AutoMLExperiment experiment, int step = 10) =>
        experiment.SetTuner(services => new GridSearchTuner(services.Settings().SearchSpace, step));

    private static AutoMLExperiment.AutoMLExperimentSettings Settings(this IServiceProvider services) => services.Get<AutoMLExperiment.AutoMLExperimentSettings>();

    private static T Get<T>(this IServiceProvider services) where T : class => (T)services.GetService(typeof(T));

    private static AutoMLExperiment Add<T>(this AutoMLExperiment experiment, T service) where T : class
    {
        experiment.Services.AddSingleton(service);
        return experiment;
    }
}
