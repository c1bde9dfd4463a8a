namespace Microsoft.ML;

/// <summary>The signature of a loader: a static <c>Create</c> method or constructor that takes the context, after the environment if it wants it.</summary>
internal delegate void SignatureLoadModel(ModelLoadContext ctx);

/// <summary>Tells which class loads the models saved under a loader signature.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class LoadableClassAttribute : Attribute
{
    public LoadableClassAttribute(Type instType, Type argType, Type sigType, string userName, params string[] loadNames)
        : this(instType, instType, argType, sigType, userName, loadNames)
    {
    }

    public LoadableClassAttribute(Type instType, Type loaderType, Type argType, Type sigType, string userName, params string[] loadNames)
    {
        InstanceType = instType;
        LoaderType = loaderType;
        ArgType = argType;
        SignatureType = sigType;
        LoadNames = loadNames is { Length: > 0 } ? loadNames : [userName];
    }

    public Type InstanceType { get; }

    public Type LoaderType { get; }

    public Type ArgType { get; }

    public Type SignatureType { get; }

    public string[] LoadNames { get; }
}
