// Texts per second of a fine-tuned classifier, by Transform and by a prediction engine; peer.py does the same in PyTorch, and scoring.py runs both.
// Usage: ScoringBenchmark use-lite|minilm USE_LITE_DIRECTORY SENTENCES ROWS THREADS OUTPUT_DIRECTORY. Every line of the file of sentences is a class, a space and a text.
// Writes the model, the tokens of each text and its probabilities for the peer. Prints seconds, wall and processor, as a line of JSON.
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.BlockLlm;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.Data;
using ScoringBenchmark;

const int MaxTokens = 128, TrainingRows = 64, SingleRows = 100, Times = 3;

var (useLite, output) = (args[1], args[5]);
var (count, threads) = (int.Parse(args[3], CultureInfo.InvariantCulture), int.Parse(args[4], CultureInfo.InvariantCulture));
var rows = File.ReadLines(args[2], Encoding.Latin1).Select(line => new TextRow { Label = line[..1], Text = line[2..] }).ToLookup(row => row.Label);
var pretrained = args[0] == "use-lite"
    ? PretrainedModel.FromDirectory(useLite)
    : PretrainedModel.FromConfig(new BertConfig { VocabularySize = 30522, HiddenSize = 384, LayerCount = 6, MaxTokens = 512, IntermediateSize = 1536, HeadCount = 12 }, useLite);

// The file has one class after the other; here they come in turn.
TextRow[] mixed = [.. rows["0"].Zip(rows["1"], (first, second) => new[] { first, second }).SelectMany(pair => pair)];
TextRow[] scored = [.. mixed.Take(count)];

var ml = new MLContext(seed: 1);
var training = ml.Data.LoadFromEnumerable(mixed.Take(TrainingRows));
using var model = ml.TextClassification.Trainers.BlockLlm(new BlockLlmTextClassificationOptions
{
    Model = pretrained,
    MaxTokens = MaxTokens,
    Training = new TrainingOptions { Epochs = 1, Threads = threads },
}).Fit(ml.Transforms.Conversion.MapValueToKey("Label").Fit(training).Transform(training));
var data = ml.Data.LoadFromEnumerable(scored);
var encoder = pretrained.CreateBatchEncoder(MaxTokens);
using var engine = ml.Model.CreatePredictionEngine<TextRow, ScoredText>(model);

var probabilities = Transform();
var single = scored.Take(SingleRows).Select(row => engine.Predict(row).Score).ToArray();
Directory.CreateDirectory(output);
model.SaveAsHuggingFace(output);
File.WriteAllText(Path.Combine(output, "texts.json"), JsonSerializer.Serialize(new { probabilities, tokens = scored.Select(row => encoder.EncodeToIds(row.Text).Take(MaxTokens)) }));

Console.WriteLine(JsonSerializer.Serialize(
    new
    {
        Texts = scored.Length,
        SingleTexts = single.Length,
        Transform = BestTime.Of(Times, () => Transform()),
        Predict = BestTime.Of(Times, () => Array.ForEach(scored[..single.Length], row => engine.Predict(row))),
        Tokenize = BestTime.Of(Times, () => Array.ForEach(scored, row => encoder.Encode(row.Text))),
        Difference = single.Zip(probabilities, (alone, together) => alone.Zip(together, (a, b) => Math.Abs(a - b)).Max()).Max(),
    },
    new JsonSerializerOptions(JsonSerializerDefaults.Web)));

float[][] Transform() => [.. model.Transform(data).GetColumn<float[]>("Score")];
