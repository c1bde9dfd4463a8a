using Microsoft.ML.BlockLlm.Tests;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

/// <summary>A folder for a test, deleted in the end.</summary>
internal sealed class WorkingFolder : IDisposable
{
    private static readonly string[] s_greetings = ["hello my friend", "welcome to you all", "good day my friend", "hello to all", "welcome good friend"];
    private static readonly string[] s_farewells = ["bye my friend", "farewell to you all", "bye to all", "farewell good friend", "bye bye you"];

    public string Path { get; } = Directory.CreateTempSubdirectory("blockllm-tool-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>Writes a file.</summary>
    public void Write(string name, string content) => File.WriteAllText(this[name], content);

    /// <summary>Writes a tab-separated file of greetings and farewells, and trains a tiny classifier on it: <c>run/model.zip</c>.</summary>
    public ToolRun TrainClassifier(params string[] arguments)
    {
        WriteMessages();
        return ToolRun.Succeeding(this, ["classify", "train", "messages.tsv", "--model", TinyModel.Directory, "--output", "run", .. arguments]);
    }

    /// <summary>Writes <c>shape.json</c>, the shape of a new language model.</summary>
    public void WriteShape() => Write("shape.json", """
        {
          "model_type": "llama", "vocab_size": 270, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 1, "num_attention_heads": 2,
          "max_position_embeddings": 32
        }
        """);

    /// <summary>Writes <c>messages.tsv</c>.</summary>
    public void WriteMessages() => Write("messages.tsv", "Label\tText\n" + string.Concat(Enumerable.Range(0, 40).Select(i => i % 2 == 0
        ? $"greeting\t{s_greetings[i / 2 % 5]}\n"
        : $"farewell\t{s_farewells[i / 2 % 5]}\n")));
}
