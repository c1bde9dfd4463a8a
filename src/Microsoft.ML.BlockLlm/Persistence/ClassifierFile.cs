using Microsoft.ML;
using Microsoft.ML.BlockLlm.Columns;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Persistence;
using Microsoft.ML.BlockLlm.Scoring;
using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.Runtime;

[assembly: System.Runtime.CompilerServices.IgnoresAccessChecksTo("Microsoft.ML.Core")]
[assembly: LoadableClass(typeof(ITransformer), typeof(ClassifierFile), null, typeof(SignatureLoadModel),
    ClassifierFile.UserName, ClassifierFile.LoaderSignature)]

namespace Microsoft.ML.BlockLlm.Persistence;

/// <summary>Writes and reads a text classification transformer inside an ML.NET model file; README.md in this folder says how it lies there.</summary>
internal static class ClassifierFile
{
    public const string UserName = "BlockLLM text classification";
    public const string LoaderSignature = "BlockLlmTextClassifier";

    private const string HeaderStream = "classifier.json";

    private static VersionInfo Version => new(
        modelSignature: "BLLMTXTC",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: typeof(ClassifierFile).Assembly.FullName,
        loaderSignature: LoaderSignature);

    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public static void Save(
        ModelSaveContext ctx, InputColumns inputs, OutputColumns outputs, LabelValues? labels, TextClassifier classifier, TrainingSummary summary)
    {
        using var use = classifier.Use();
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        ctx.SaveJson(HeaderStream, new ClassifierHeader
        {
            LabelColumn = inputs.Label,
            TextColumn = inputs.Text,
            SecondTextColumn = inputs.SecondText,
            PredictedLabelColumn = outputs.PredictedLabel,
            ScoreColumn = outputs.Score,
            MaxTokens = classifier.Encoder.MaxTokens,
            WeightType = classifier.Network.parameters().First().dtype,
            LabelType = labels?.ItemType.ToString(),
            LabelValues = labels is null ? null : [.. labels.Names],
        });
        ctx.SaveSummary(summary);
        classifier.Network.Save((name, write) => ctx.SaveBinaryStream(name, writer => write(writer.BaseStream)));
    }

    /// <summary>
    /// Reads a transformer; ML.NET finds this method through <see cref="LoadableClassAttribute"/>, and only if it returns the very type
    /// that the attribute names.
    /// </summary>
    /// <exception cref="FormatException">A part of the file is missing, there twice or damaged.</exception>
    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(ctx);
        ArchivedNames.RequireSound(ctx);
        ctx.RequireVersion(Version);
        NativeTorch.Require();
        using var channel = env.Start("Loading");
        var device = ComputeDevice.Of(env, channel);

        var header = ctx.LoadJson<ClassifierHeader>(HeaderStream);
        var labels = ModelStreams.Guard(HeaderStream, header.ReadLabels);
        var summary = ctx.LoadSummary();
        TorchThreads.Set();
        var network = ctx.LoadFiles(files => SequenceClassifier.Load(files, device, header.WeightType));
        try
        {
            ModelStreams.Guard(HeaderStream, () => header.CheckFits(network));
            return new BlockLlmTextClassificationTransformer(
                new InputColumns(header.LabelColumn, header.TextColumn, header.SecondTextColumn),
                new OutputColumns(header.PredictedLabelColumn, header.ScoreColumn),
                labels,
                new TextClassifier(network, ModelStreams.Guard(ModelFiles.Tokenizer, () => network.CreateBatchEncoder(header.MaxTokens)), device),
                summary);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
