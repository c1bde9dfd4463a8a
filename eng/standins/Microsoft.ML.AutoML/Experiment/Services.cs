namespace Microsoft.ML.AutoML;

/// <summary>What an experiment is made of, by type; of two of a type the later one counts.</summary>
internal sealed class Services : IServiceProvider
{
    private readonly Dictionary<Type, Func<IServiceProvider, object>> _factories = [];

    /// <summary>Adds what is made anew each time.</summary>
    public void AddTransient<T>(Func<IServiceProvider, T> factory) where T : class => _factories[typeof(T)] = factory;

    /// <summary>Adds what is made once, when first asked for.</summary>
    public void AddSingleton<T>(Func<IServiceProvider, T> factory) where T : class
    {
        var single = new Lazy<T>(() => factory(this));
        _factories[typeof(T)] = _ => single.Value;
    }

    public void AddSingleton<T>(T service) where T : class => _factories[typeof(T)] = _ => service;

    public T Get<T>() where T : class => (T)GetService(typeof(T));

    public object GetService(Type serviceType) => _factories.TryGetValue(serviceType, out var factory) ? factory(this) : null;
}
