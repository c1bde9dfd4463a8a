using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(CompositeDataLoader), null, typeof(SignatureLoadModel), "Composite Loader", CompositeDataLoader.LoaderSignature)]

namespace Microsoft.ML.Data;

/// <summary>A data loader and the model that follows it, saved together.</summary>
internal sealed class CompositeDataLoader(ICanSaveModel loader, ITransformer model) : ICanSaveModel
{
    public const string LoaderSignature = "CompositeLoader";

    private const string LoaderDirectory = "Loader";

    private static readonly VersionInfo _version = new(
        "CMPSTLDR", 0x00010001, 0x00010001, 0x00010001, typeof(CompositeDataLoader).Assembly.FullName, LoaderSignature);

    public ICanSaveModel Loader => loader;

    public ITransformer Model => model;

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(_version);
        ctx.SaveModel(loader, LoaderDirectory);
        ctx.SaveModel(new TransformerChain<ITransformer>(model == null ? [] : [model]), TransformerChain.LoaderSignature);
    }

    private static CompositeDataLoader Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(_version);
        ctx.LoadModel<IDataLoader<IMultiStreamSource>, SignatureLoadModel>(env, out var loader, LoaderDirectory);
        ctx.LoadModel<TransformerChain<ITransformer>, SignatureLoadModel>(env, out var chain, TransformerChain.LoaderSignature);
        return new CompositeDataLoader(loader, chain.Count() == 1 ? chain.Single() : chain);
    }
}
