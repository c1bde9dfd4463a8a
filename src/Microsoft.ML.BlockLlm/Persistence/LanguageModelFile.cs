using Microsoft.ML;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Persistence;
using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(LanguageModelFile), null, typeof(SignatureLoadModel),
    LanguageModelFile.UserName, LanguageModelFile.LoaderSignature)]

namespace Microsoft.ML.BlockLlm.Persistence;

/// <summary>Writes and reads a language model transformer inside an ML.NET model file; README.md in this folder says how it lies there.</summary>
internal static class LanguageModelFile
{
    public const string UserName = "BlockLLM language model";
    public const string LoaderSignature = "BlockLlmLanguageModel";

    private const string HeaderStream = "language-model.json";

    private static VersionInfo Version => new(
        modelSignature: "BLLMLANG",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: typeof(LanguageModelFile).Assembly.FullName,
        loaderSignature: LoaderSignature);

    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public static void Save(ModelSaveContext ctx, LanguageModelInputs inputs, GenerationOptions? generation, LanguageModelScorer scorer, TrainingSummary summary)
    {
        using var use = scorer.Use();
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        ctx.SaveJson(HeaderStream, new LanguageModelHeader
        {
            TextColumn = inputs.Text,
            PromptColumn = inputs.Prompt,
            CompletionColumn = inputs.Completion,
            MessagesColumn = inputs.Messages,
            RowsAreLines = inputs.RowsAreLines,
            SequenceLength = scorer.Length,
            WeightType = scorer.Network.parameters().First().dtype,
            EndOfTextId = scorer.Encoder.EndOfTextId,
            Generation = generation,
        });
        ctx.SaveSummary(summary);
        scorer.Network.Save((name, write) => ctx.SaveBinaryStream(name, writer => write(writer.BaseStream)));
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

        var header = ctx.LoadJson<LanguageModelHeader>(HeaderStream);
        var summary = ctx.LoadSummary();
        TorchThreads.Set();
        var network = ctx.LoadFiles(files => CausalLanguageModel.Load(files, device, header.WeightType));
        try
        {
            ModelStreams.Guard(HeaderStream, () => header.CheckFits(network));
            var chatTemplate = header.MessagesColumn is null ? null : ctx.LoadFiles(files => ChatTemplate.Of(files, "The model file"));
            var batches = ModelStreams.Guard(ModelFiles.Tokenizer, () => network.CreateBatchEncoder());
            var encoder = new TextExampleEncoder(batches, network.Tokenizer!, header.EndOfTextId, chatTemplate);
            return new BlockLlmLanguageModelTransformer(
                new LanguageModelInputs(header.TextColumn, header.PromptColumn, header.CompletionColumn, header.MessagesColumn, header.RowsAreLines),
                header.Generation,
                new LanguageModelScorer(network, encoder, header.SequenceLength, device),
                summary);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
