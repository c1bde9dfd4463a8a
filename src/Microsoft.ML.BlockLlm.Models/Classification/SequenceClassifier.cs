using Microsoft.ML.Tokenizers;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Classifies texts, or pairs of texts: the stages of a <see cref="TextEncoder"/>, then a head of dropout and one linear layer that
/// gives logits <c>[texts, classes]</c>. It carries its configuration and tokenizer, so it can be saved and loaded on its own.
/// </summary>
/// <remarks>
/// The head sees the encoder's features before they are scaled to length 1: for the Universal Sentence Encoder lite the output of its
/// tanh layer, whose values lie around ±0.5 and not, as those of a unit vector of 512 numbers, around ±0.04, from which a linear layer with usual weights
/// and learning rates moves slowly. The texts of a pair stand in one row, told apart by their segments or a separator, where the encoder was
/// trained on such rows. Otherwise texts u and v are encoded apart and joined as [u, v, |u−v|, u·v], as sentence encoders do
/// (Conneau and others, 2017, arXiv 1705.02364).
/// </remarks>
public sealed class SequenceClassifier : StagedModel
{
    private const string StreamSource = "The saved model";

    private readonly ModelDescription _description;
    private readonly ClassifierShape _shape;

    private SequenceClassifier(ModelDescription description, ClassifierShape shape, TextEncoder encoder, IReadOnlyList<(string Name, Stage Stage)> head)
        : base(nameof(SequenceClassifier))
    {
        _description = description;
        _shape = shape;
        Stages = [.. encoder.Stages, .. head.Select(part => part.Stage)];
        register_module(description.Family.Prefix, encoder);
        foreach (var (name, stage) in head)
            register_module(name, stage);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Stage> Stages { get; }

    /// <summary>The encoder's shape.</summary>
    public ModelConfig Config => _description.Config;

    /// <summary>The model's tokenizer.</summary>
    public Tokenizer Tokenizer => _description.Tokenizer;

    /// <summary>How many classes there are.</summary>
    public int ClassCount => _shape.ClassCount;

    /// <summary>The classes' names, <see cref="ClassCount"/> of them: <c>id2label</c> in <c>config.json</c>. Classes without names are <c>LABEL_0</c>, <c>LABEL_1</c>, … as in transformers.</summary>
    public IReadOnlyList<string> ClassNames => _shape.ClassNames;

    /// <summary>Whether each row is a pair of texts.</summary>
    public bool TextPairs => _shape.TextPairs;

    /// <summary>Share of the encoder's features that training hides from the head.</summary>
    public double Dropout => _shape.Dropout;

    /// <summary>Loads a classifier from a folder.</summary>
    /// <param name="directory">The folder that <see cref="Save(string)"/> wrote, or Python's transformers.</param>
    /// <param name="dtype">
    /// Type of the weights in memory, whatever it is in the file: float32 or bfloat16, which takes half the memory and is used from the file as it stands if it is stored so. Default: float32.
    /// </param>
    /// <returns>The classifier, on the CPU and in evaluation mode; the caller disposes it, and must not change the weights' file before, which is mapped into memory.</returns>
    /// <exception cref="ArgumentException"><paramref name="dtype"/> is neither float32 nor bfloat16, or not float32 for the Universal Sentence Encoder lite.</exception>
    /// <exception cref="ModelLoadException">A file is missing or broken, or the weights do not fit the configuration.</exception>
    public static SequenceClassifier Load(string directory, ScalarType? dtype = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        var path = Path.GetFullPath(directory);
        return ModelFiles.Reading(path, () => Load(ModelDescription.Read(ModelFiles.InDirectory(path), path), path, WeightFiles.Open(path), device: null, dtype));
    }

    /// <summary>Loads a classifier from files kept elsewhere, such as the entries of an archive.</summary>
    /// <param name="reader">Reads the files that <see cref="Save(ModelFileWriter)"/> wrote.</param>
    /// <param name="device">Where the classifier is made. Default: the CPU.</param>
    /// <param name="dtype">
    /// Type of the weights in memory, whatever it is in the file: float32 or bfloat16, which takes half the memory. Default: float32.
    /// </param>
    /// <returns>The classifier, in evaluation mode; the caller disposes it.</returns>
    /// <exception cref="ArgumentException"><paramref name="dtype"/> is neither float32 nor bfloat16, or not float32 for the Universal Sentence Encoder lite.</exception>
    /// <exception cref="ModelLoadException">A file is missing or broken, or the weights do not fit the configuration.</exception>
    public static SequenceClassifier Load(ModelFileReader reader, Device? device = null, ScalarType? dtype = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return ModelFiles.Reading(StreamSource, () =>
        {
            var description = ModelDescription.Read(reader, StreamSource);
            SequenceClassifier? classifier = null;
            if (!reader(ModelFiles.Weights, stream => classifier = Load(description, stream, device, dtype)))
                throw new ModelLoadException($"{StreamSource} has no {ModelFiles.Weights}.");
            return classifier!;
        });
    }

    /// <summary>Makes what turns texts into batches for this model.</summary>
    /// <param name="maxTokens">Cuts texts to fewer tokens than the model can take. Default: what it can take.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxTokens"/> is less than 1 or more than the model takes.</exception>
    public BatchEncoder CreateBatchEncoder(int? maxTokens = null) => _description.CreateBatchEncoder(maxTokens);

    /// <summary>
    /// Writes <c>config.json</c>, <c>tokenizer.json</c> and <c>model.safetensors</c> into a folder, which is made if need be. Each file
    /// replaces an older one only when it is complete. The folder can be fine-tuned further through <see cref="PretrainedModel.FromDirectory"/>.
    /// </summary>
    /// <param name="directory">The folder.</param>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public void Save(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        Directory.CreateDirectory(directory);
        Save(ModelFiles.IntoDirectory(directory));
    }

    /// <summary>Writes <c>config.json</c>, <c>tokenizer.json</c> and <c>model.safetensors</c> elsewhere, such as into an archive.</summary>
    /// <param name="writer">Is given each file in turn.</param>
    public void Save(ModelFileWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        _description.Write(writer, [.. _shape.ToConfig(_description), .. WeightTypeField.Of(parameters(), _description.ConfigFile)]);
        var tensors = named_parameters().Select(item => (item.name, (Tensor)item.parameter))
            .Concat(named_buffers().Select(item => (item.name, item.buffer)));
        writer(ModelFiles.Weights, stream => SafetensorsWriter.Write(stream, tensors));
    }

    /// <summary>Builds a classifier; what was built is disposed if anything fails.</summary>
    /// <param name="description">Configuration and tokenizer.</param>
    /// <param name="shape">The head.</param>
    /// <param name="encoderParameters">Where the encoder's parameters come from.</param>
    /// <param name="headParameters">Where the head's parameters come from.</param>
    /// <param name="requireFit">Throws if loaded parameters did not fit.</param>
    internal static SequenceClassifier Build(
        ModelDescription description, ClassifierShape shape, ParameterSource encoderParameters, ParameterSource headParameters, Action requireFit)
    {
        using var scope = NewDisposeScope();
        var family = description.Family;
        var encoder = family.CreateEncoder(encoderParameters.Under(family.Prefix), description.Config, family.ClassifierPooling);
        var joinsPairs = shape.TextPairs && !family.ReadsPairsInOneRow;
        var head = family.CreateHead(headParameters, encoder.FeatureCount, shape with { TextPairs = joinsPairs });
        requireFit();
        var classifier = new SequenceClassifier(description, shape, encoder, head);
        classifier.DetachParametersFromDisposeScope();
        return classifier;
    }

    private static SequenceClassifier Load(ModelDescription description, Stream stream, Device? device, ScalarType? dtype)
    {
        var source = $"{description.Source}, {ModelFiles.Weights}";
        using var scope = NewDisposeScope();
        return Load(description, source, WeightFiles.ReadAll(stream, source, scope), device, dtype);
    }

    private static SequenceClassifier Load(
        ModelDescription description, string source, IEnumerable<(string Name, IReadOnlyList<long> Shape, Func<Tensor> Load)> tensors, Device? device, ScalarType? dtype)
    {
        var shape = ClassifierShape.FromConfig(description);
        var parameters = new LoadedParameters(source, tensors, description.Family.Prefix, dtype);
        var classifier = Build(description, shape, parameters.On(device), parameters.On(device), () => parameters.RequireFit(description.Family.Spare));
        classifier.eval();
        return classifier;
    }
}
