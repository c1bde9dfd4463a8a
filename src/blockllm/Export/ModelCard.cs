using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>The <c>README.md</c> of an exported folder, with the front matter that the Hugging Face Hub reads: what was trained, from what, on what, how well it does, and how to load it.</summary>
/// <remarks>The folder may leave the machine, so of files and folders only the last part of the path is named.</remarks>
internal sealed record ModelCard
{
    private const string FileName = "README.md";
    private const string Mark = "<!-- Written by blockllm, and replaced by it as long as nobody else has changed the text above: ";

    private static readonly string[] s_paths = [.. new[] { nameof(TrainerSettings.Data), nameof(TrainerSettings.Model), nameof(TrainerSettings.Validation), nameof(TrainerSettings.Output), nameof(LanguageModelSettings.NewModel) }.Select(KebabCase.Of)];

    /// <summary>What the model is for.</summary>
    public required PlanTask Task { get; init; }

    /// <summary>The model type, as <c>config.json</c> has it.</summary>
    public required string ModelType { get; init; }

    /// <summary>The settings of the run.</summary>
    public required TrainerSettings Settings { get; init; }

    /// <summary>Those that are not the default, by name.</summary>
    public required IEnumerable<(string Key, object? Value)> Changed { get; init; }

    /// <summary>What training did.</summary>
    public required TrainingSummary Summary { get; init; }

    /// <summary>Rows trained on; null if nobody counted them.</summary>
    public long? Rows { get; init; }

    /// <summary>The classes; null for a language model.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>How the model does on the validation data; empty if there is none.</summary>
    public IReadOnlyList<(string Figure, string Value)> Results { get; init; } = [];

    /// <summary>Writes the card, unless the folder has one that somebody wrote or changed.</summary>
    /// <param name="folder">The exported folder.</param>
    public void Write(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path) || IsAsWritten(File.ReadAllText(path)))
            AtomicFile.WriteText(path, Signed(ToString()));
    }

    /// <summary>The card.</summary>
    public override string ToString() => $"""
        {FrontMatter()}

        # {Path.GetFileName(Path.TrimEndingDirectorySeparator(Settings.Output!))}

        {(Task == PlanTask.Lm ? "A language model" : "A text classifier")} of {Number(Summary.Weights)} weights ({ModelType}), {Origin()} with {Method()}; an update changed {Percent(Summary.ActiveShare)} of the weights.

        ## Training

        {MarkdownTable.Of(["", ""], Training())}

        Settings other than the defaults:

        {MarkdownTable.Of(["setting", "value"], Changed.Where(setting => !s_paths.Contains(setting.Key)).Select(setting => new[] { setting.Key, Setting.ToText(setting.Value) }))}

        ## Results

        {(Results.Count == 0 ? "The model was not evaluated." : $"On data held out from training:\n\n{MarkdownTable.Of(["figure", "value"], Results.Select(result => new[] { result.Figure, result.Value }))}")}

        ## In .NET

        ```csharp
        {(Task == PlanTask.Lm ? LanguageModelInDotNet : ClassifierInDotNet)}
        ```

        ## In Python

        {InPython()}

        """;

    private const string LanguageModelInDotNet = """
        using Microsoft.ML.BlockLlm.Models;

        using var model = CausalLanguageModel.Load("model");
        Console.WriteLine(new TextGenerator(model).Generate("Once upon a time"));
        """;

    private const string ClassifierInDotNet = """
        using Microsoft.ML.BlockLlm.Models;
        using TorchSharp;

        using var model = SequenceClassifier.Load("model");
        var encoder = model.CreateBatchEncoder();
        using var batch = encoder.CreateBatch([encoder.Encode("The text")]);
        using var withoutGradients = torch.no_grad();
        using var logits = model.forward(batch);
        using var likeliest = logits.argmax(1);
        Console.WriteLine(model.ClassNames[(int)likeliest.item<long>()]);
        """;

    private const string LanguageModelInPython = """
        ```python
        from transformers import AutoModelForCausalLM, AutoTokenizer

        model, tokenizer = AutoModelForCausalLM.from_pretrained("model"), AutoTokenizer.from_pretrained("model")
        tokens = tokenizer("Once upon a time", return_tensors="pt")
        print(tokenizer.decode(model.generate(**tokens, max_new_tokens=50)[0]))
        ```
        """;

    private const string ClassifierInPython = """
        ```python
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        model, tokenizer = AutoModelForSequenceClassification.from_pretrained("model"), AutoTokenizer.from_pretrained("model")
        logits = model(**tokenizer("The text", return_tensors="pt")).logits
        print(model.config.id2label[logits.argmax().item()])
        ```
        """;

    private bool IsInTransformers => ModelType != UseLiteConfig.ModelTypeName;

    private string? HubName => Settings.Model is { } model && model.StartsWith(ModelSource.Hub, StringComparison.Ordinal) ? model[ModelSource.Hub.Length..] : null;

    private string FrontMatter() => string.Join('\n', new[]
    {
        "---",
        IsInTransformers ? "library_name: transformers" : null,
        $"pipeline_tag: {(Task == PlanTask.Lm ? "text-generation" : "text-classification")}",
        HubName is { } name ? $"base_model: {name}" : null,
        "tags:",
        "- blockllm",
        "- ml.net",
        "metrics:",
        Task == PlanTask.Lm ? "- perplexity" : "- accuracy",
        "---",
    }.OfType<string>());

    private string Origin() => (HubName, Settings.Model) switch
    {
        ({ } name, _) => $"fine-tuned from [{name}](https://huggingface.co/{name})",
        (null, { } folder) => $"fine-tuned from the folder `{LastPart(folder)}`",
        _ => "trained from new weights",
    };

    private string Method() => Settings.Method == MethodName.Blockllm ? "[BlockLLM](https://arxiv.org/abs/2406.17296)" : Settings.ToMethod().Name;

    private IEnumerable<string[]> Training()
    {
        yield return ["data", $"`{LastPart(Settings.Data!)}`{(Rows is { } rows ? $", {Number(rows)} rows" : "")}"];
        if (Classes is not null)
            yield return ["classes", string.Join(", ", Classes)];
        yield return ["updates", $"{Number(Summary.Steps)} of {Settings.BatchSize * Settings.GradientAccumulation} rows each"];
        yield return ["tokens", Number((long)Math.Round(Summary.History.Sum(step => step.TokensPerSecond * step.Time.Total.TotalSeconds)))];
        yield return ["weights kept", Summary.BestStep is { } best && Settings.RestoreBest ? $"those after update {Number(best)}, which did best on the held-out data" : "the last"];
        yield return ["time", string.Create(CultureInfo.InvariantCulture, $"{Summary.Time.Total.TotalSeconds:F0} s")];
        yield return ["largest resident memory", ByteCount.Format(Summary.PeakMemory)];
    }

    private string InPython() => IsInTransformers
        ? Task == PlanTask.Lm ? LanguageModelInPython : ClassifierInPython
        : $"Python's transformers does not know the model type {ModelType}; `safetensors.torch.load_file(\"model/model.safetensors\")` reads the weights.";

    private static string LastPart(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(path));

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1} %");

    private static string Signed(string text) => $"{text}\n{Mark}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))} -->\n";

    private static bool IsAsWritten(string text)
    {
        var mark = text.LastIndexOf("\n" + Mark, StringComparison.Ordinal);
        return mark >= 0 && text == Signed(text[..mark]);
    }
}
