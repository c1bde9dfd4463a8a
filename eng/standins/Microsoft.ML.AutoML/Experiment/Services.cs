namespace Microsoft.ML.AutoML;

/// <summary>What an experiment is made of, by type; of two of a type the later one counts.</summary>
internal sealed class Services
{
    private readonly Dictionary<Type, Func<Func<IServiceProvider, object>>> _lifetimes = [];

    /// <summary>Adds what is made anew each time.</summary>
    public void AddTransient<T>(Func<IServiceProvider, T> factory) where T : class => _lifetimes[typeof(T)] = () => factory;

    /// <summary>Adds what is made once in each run of the experiment, when first asked for.</summary>
    public void AddSingleton<T>(Func<IServiceProvider, T> factory) where T : class => _lifetimes[typeof(T)] = () =>
    {
        T single = null;
        return services => single ??= factory(services);
    };

    public void AddSingleton<T>(T service) where T : class => AddTransient(_ => service);

    /// <summary>Begins a run.</summary>
    public Provider BuildServiceProvider() => new(_lifetimes.ToDictionary(item => item.Key, item => item.Value()));

    /// <summary>The services of one run.</summary>
    internal sealed class Provider(Dictionary<Type, Func<IServiceProvider, object>> factories) : IServiceProvider
    {
        public T Get<T>() where T : class => (T)GetService(typeof(T));

        public object GetService(Type serviceType) => factories.TryGetValue(serviceType, out var factory) ? factory(this) : null;
    }
}
