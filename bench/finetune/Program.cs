// Fine-tunes the USE-lite classifier on one data set and measures accuracy on its test set, memory and time.
// Usage: FineTuneBenchmark trec|sst2 adamw|blockllm MODEL_DIRECTORY DATA_DIRECTORY [name=value …]
// with the names epochs, batch, seed, rate and threads; sparsity, patience, period, warmup, take, whole=1, random=1 and randommask=1 (of BlockLLM); embeddings=1 (AdamW trains them too). Prints the results as a line of JSON.
using System.Globalization;
using FineTuneBenchmark;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;
using static TorchSharp.torch;

var (task, method, modelDirectory, dataDirectory) = (args[0], args[1], args[2], args[3]);
var settings = args[4..].Select(setting => setting.Split('=')).ToDictionary(pair => pair[0], pair => double.Parse(pair[1], CultureInfo.InvariantCulture));
var options = new TrainingOptions
{
    Epochs = (int)Setting("epochs", 3),
    BatchSize = (int)Setting("batch", 32),
    Seed = (int)Setting("seed", 1),
    Threads = (int)Setting("threads", 2),
};

var (train, test) = TaskData.Read(task, dataDirectory);
var pretrained = PretrainedModel.FromDirectory(modelDirectory);
var encoder = pretrained.CreateBatchEncoder();
manual_seed(options.Seed);
using var model = pretrained.CreateClassifier(train.Max(row => row.Label) + 1);
var (trainData, testData) = (ToData(train), ToData(test));
using var optimizer = CreateOptimizer();
var loop = new TrainingLoop(model, optimizer, options);

GC.Collect();
var loaded = ProcessMemory.Resident;
var summary = loop.Run(trainData);
var peak = ProcessMemory.Peak - loaded;
var result = new Evaluator(model).Evaluate(testData);
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $$"""
    {"accuracy": {{result.Accuracy:f4}}, "loss": {{summary.SmoothedLoss:f4}}, "memory": {{peak}}, "seconds": {{summary.Time.Total.TotalSeconds:f2}}, "active": {{summary.ActiveShare:f4}}, "selections": {{summary.Reselections}}}
    """));

StagewiseOptimizer CreateOptimizer()
{
    // What stays as it was pretrained is the same for both methods unless asked otherwise: the word embeddings, of which a small data set sees few.
    string[] frozen = ["*.embeddings.*"];
    return method switch
    {
        "adamw" => new AdamWOptimizer(model.named_parameters(), new AdamWOptimizerOptions
        {
            LearningRate = Setting("rate", 3e-4),
            MaxGradientNorm = 1,
            Frozen = Setting("embeddings", 0) == 1 ? [] : frozen,
        }),
        "blockllm" => new BlockLlmOptimizer(model.named_parameters(), new BlockLlmOptimizerOptions
        {
            LearningRate = Setting("rate", 1e-3),
            MaxGradientNorm = 1,
            Sparsity = Setting("sparsity", 0.95),
            Reselection = Setting("period", 0) is > 0 and var period
                ? new ReselectionRule.FixedPeriod((int)period)
                : new ReselectionRule.LossPatience((int)Setting("patience", 100)),
            WarmupUpdates = (int)Setting("warmup", 0),
            TakeFactor = Setting("take", 2),
            MaskCoordinates = Setting("whole", 0) == 0,
            MaskBy = Setting("randommask", 0) == 1 ? MaskCriterion.Random : MaskCriterion.LargestGradient,
            Sampling = Setting("random", 0) == 1 ? BlockSampling.Random : BlockSampling.Greedy,
            Frozen = frozen,
            AlwaysActive = ["classifier.*"],
        }),
        _ => throw new ArgumentException($"'{method}' is neither adamw nor blockllm."),
    };
}

ITrainingData ToData(IReadOnlyList<(string Text, int Label)> rows) => new ExampleData<(EncodedText Text, int Label)>(
    [.. rows.Select(row => (encoder.Encode(row.Text), row.Label))],
    batch => new TrainingBatch(encoder.CreateBatch([.. batch.Select(row => row.Text)]), tensor(batch.Select(row => (long)row.Label).ToArray())),
    row => row.Text.Length);

double Setting(string name, double standard) => settings.GetValueOrDefault(name, standard);
