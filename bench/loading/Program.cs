// Loads a model folder and says what that costs, beside a plain read of the same bytes:
//   LoadingBenchmark make FOLDER TOKENIZER-FOLDER    writes a BERT large (1.3 GB) with random weights
//   LoadingBenchmark read FOLDER                     reads model.safetensors into memory, for comparison
//   LoadingBenchmark load FOLDER                     loads the classifier and touches every weight
// Each in a fresh process. Prints seconds, and the growth of resident memory relative to the file's size.
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.BlockLlm.Models;
using static TorchSharp.torch;

const int Labels = 2;
var (command, folder) = (args[0], args[1]);
var weights = Path.Combine(folder, "model.safetensors");
if (command == "make")
{
    var config = new BertConfig { VocabularySize = 30_522, HiddenSize = 1024, IntermediateSize = 4096, LayerCount = 24, HeadCount = 16, MaxTokens = 512 };
    using var model = PretrainedModel.FromConfig(config, args[2]).CreateClassifier(Labels);
    model.Save(folder);
    return;
}

using (zeros(1))
{
}
var before = ResidentBytes();
var started = Stopwatch.GetTimestamp();
if (command == "read")
{
    var bytes = File.ReadAllBytes(weights);
    Report("read");
    GC.KeepAlive(bytes);
}
else
{
    using var model = SequenceClassifier.Load(folder);
    Report("loaded");
    using var scope = no_grad();
    foreach (var parameter in model.parameters())
        parameter.sum().Dispose();
    Report("loaded and every weight touched");
}

void Report(string what)
{
    var growth = (double)(ResidentBytes() - before) / new FileInfo(weights).Length;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{what}: {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s, resident memory grew by {growth:0.000} of the file"));
}

static long ResidentBytes()
{
    const long BytesPerKilobyte = 1024;
    var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
    return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * BytesPerKilobyte;
}
