using System.Reflection;

namespace Microsoft.ML.Runtime;

/// <summary>Finds the class that loads a saved model: by signature type and load name, in the assemblies registered so far.</summary>
public sealed class ComponentCatalog
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _assemblies = [];
    private readonly Dictionary<(string Name, Type Signature), MethodBase> _loaders = [];

    internal ComponentCatalog()
    {
    }

    public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
    {
        lock (_lock)
        {
            if (!_assemblies.Add(assembly.FullName))
                return;
            foreach (var attribute in assembly.GetCustomAttributes<LoadableClassAttribute>())
                Register(attribute, throwOnError);
        }
    }

    /// <summary>Runs the loader registered under the name; false if there is none.</summary>
    /// <exception cref="TargetInvocationException">The loader threw what is inside.</exception>
    internal bool TryCreateInstance<TResult, TSignature>(IHostEnvironment env, string name, ModelLoadContext context, out TResult result)
        where TResult : class
    {
        MethodBase loader;
        lock (_lock)
            _loaders.TryGetValue((name.ToLowerInvariant(), typeof(TSignature)), out loader);
        result = null;
        if (loader == null)
            return false;
        object[] arguments = loader.GetParameters().Length == 2 ? [env, context] : [context];
        result = (loader is ConstructorInfo constructor ? constructor.Invoke(arguments) : loader.Invoke(null, arguments)) as TResult;
        return result != null;
    }

    private void Register(LoadableClassAttribute attribute, bool throwOnError)
    {
        var loader = FindLoader(attribute.InstanceType, attribute.LoaderType);
        if (loader == null)
        {
            if (throwOnError)
                throw new InvalidOperationException($"Can't instantiate loadable class '{attribute.InstanceType.Name}' with name '{attribute.LoadNames[0]}'");
            return;
        }
        foreach (string name in attribute.LoadNames)
        {
            if (!_loaders.TryAdd((name.ToLowerInvariant(), attribute.SignatureType), loader) && throwOnError)
                throw new InvalidOperationException($"ComponentCatalog cannot map name '{name}' and SignatureType '{attribute.SignatureType}' to {attribute.LoaderType.Name}, it is already mapped.");
        }
    }

    private static MethodBase FindLoader(Type instanceType, Type loaderType)
    {
        const BindingFlags any = BindingFlags.Public | BindingFlags.NonPublic;
        Type[] plain = [typeof(ModelLoadContext)];
        Type[] withEnvironment = [typeof(IHostEnvironment), typeof(ModelLoadContext)];
        foreach (var parameters in new[] { plain, withEnvironment })
        {
            var create = loaderType.GetMethod("Create", any | BindingFlags.Static, null, parameters, null);
            if (create != null && create.ReturnType == instanceType)
                return create;
            if (instanceType.IsAssignableFrom(loaderType) && loaderType.GetConstructor(any | BindingFlags.Instance, null, parameters, null) is { } constructor)
                return constructor;
        }
        return null;
    }
}
