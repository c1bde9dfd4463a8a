// Trains a small language model for some updates on a text file, and says what it took; bench/streaming.py runs it.
// Usage: StreamingBenchmark TEXT_FILE STEPS. Prints the results as a line of JSON.
using System.Globalization;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.BlockLlm;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;

var times = new StepTimes();
var ml = new MLContext(seed: 1);
var text = ml.Data.LoadFromTextLines(args[0]);
using var model = ml.LanguageModeling.Trainers.BlockLlm(new BlockLlmLanguageModelOptions
{
    NewModel = new LlamaConfig { VocabularySize = 1024, HiddenSize = 128, LayerCount = 4, HeadCount = 4, IntermediateSize = 352, MaxTokens = 128 },
    TokenizerCharacters = 1_000_000,
    RowsAreLines = true,
    MaxSteps = int.Parse(args[1], CultureInfo.InvariantCulture),
    Progress = times,
}).Fit(text);
var summary = model.TrainingSummary;
Console.WriteLine(JsonSerializer.Serialize(new
{
    steps = summary.Steps,
    peak_memory = summary.PeakMemory,
    step_seconds = times.Steps.Average(step => step.Total.TotalSeconds),
    waiting_seconds = times.Steps.Average(step => step.Data.TotalSeconds),
    first_waiting_seconds = times.Steps[0].Data.TotalSeconds,
}));

/// <summary>Notes the time of each step, reported on the thread that trains.</summary>
internal sealed class StepTimes : IProgress<TrainingProgress>
{
    public List<StepTime> Steps { get; } = [];

    public void Report(TrainingProgress value) => Steps.Add(value.Time);
}
