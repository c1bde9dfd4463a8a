// Greedy generation with a cache of keys and values; peer.py is the same in PyTorch.
// Usage: GenerationBenchmark new DIRECTORY WIDTH LAYERS HEADS FEED_FORWARD VOCABULARY makes a LLaMA with random weights.
//        GenerationBenchmark run DIRECTORY TOKENS prints the ids that follow id 1 and the tokens per second as a line of JSON.
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.BlockLlm.Models;
using static TorchSharp.torch;

const int WarmUp = 256;

set_num_threads(2);
if (args[0] == "new")
{
    int[] sizes = [.. args[2..].Select(size => int.Parse(size, CultureInfo.InvariantCulture))];
    using var generator = new Generator(1);
    using var created = CausalLanguageModel.FromConfig(
        new LlamaConfig { HiddenSize = sizes[0], LayerCount = sizes[1], HeadCount = sizes[2], IntermediateSize = sizes[3], VocabularySize = sizes[4], MaxTokens = 1024 },
        generator);
    created.Save(args[1]);
    return;
}
using var model = CausalLanguageModel.Load(args[1]);
var options = new GenerationOptions { MaxNewTokens = int.Parse(args[2], CultureInfo.InvariantCulture), StopIds = [] };
_ = model.GenerateIds([1], options with { MaxNewTokens = WarmUp }).Count();
var started = Stopwatch.GetTimestamp();
var ids = model.GenerateIds([1], options).ToList();
var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $$"""{"tokens_per_second": {{ids.Count / seconds}}, "ids": [{{string.Join(", ", ids)}}]}"""));
