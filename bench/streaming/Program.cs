// Trains a small language model for some updates on a text file, and says what it took; bench/streaming.py runs it.
// Usage: StreamingBenchmark TEXT_FILE STEPS. Prints the results as a line of JSON.
using System.Globalization;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.BlockLlm;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
var text = ml.Data.LoadFromTextFile<Line>(args[0]);
using var model = ml.LanguageModeling.Trainers.BlockLlm(new BlockLlmLanguageModelOptions
{
    NewModel = new LlamaConfig { VocabularySize = 1024, HiddenSize = 128, LayerCount = 4, HeadCount = 4, IntermediateSize = 352, MaxTokens = 128 },
    TokenizerCharacters = 1_000_000,
    RowsAreLines = true,
    MaxSteps = int.Parse(args[1], CultureInfo.InvariantCulture),
}).Fit(text);
var summary = model.TrainingSummary;
Console.WriteLine(JsonSerializer.Serialize(new
{
    steps = summary.Steps,
    peak_memory = summary.PeakMemory,
    step_seconds = (summary.Time.Total.TotalSeconds - summary.Time.Data.TotalSeconds) / summary.Steps,
    waiting_seconds = summary.Time.Data.TotalSeconds / summary.Steps,
}));

internal sealed class Line
{
    [LoadColumn(0)]
    public string Text { get; set; } = "";
}
