namespace Microsoft.ML.Runtime;

/// <summary>The environment behind <c>MLContext</c>, and behind every host registered on it.</summary>
internal sealed class HostEnvironment : IHost, IHostEnvironmentInternal, ICancelable
{
    private readonly HostEnvironment _parent;
    private readonly string _fullName;
    private readonly Action<string, ChannelMessage> _listener;
    private readonly Lock _randLock = new();
    private volatile bool _isCanceled;

    public HostEnvironment(int? seed, Action<string, ChannelMessage> listener)
    {
        Seed = seed;
        Rand = seed == null ? new Random() : new Random(seed.Value);
        ComponentCatalog = new ComponentCatalog();
        TempFilePath = Path.GetTempPath();
        _listener = listener;
    }

    private HostEnvironment(HostEnvironment parent, string name, int? seed)
    {
        _parent = parent;
        _fullName = parent._fullName == null ? name : $"{parent._fullName}; {name}";
        _listener = parent._listener;
        ComponentCatalog = parent.ComponentCatalog;
        Seed = parent.Seed;
        Rand = new Random(seed ?? parent.NextSeed());
        TempFilePath = parent.TempFilePath;
        FallbackToCpu = parent.FallbackToCpu;
        GpuDeviceId = parent.GpuDeviceId;
    }

    public ComponentCatalog ComponentCatalog { get; }

    public Random Rand { get; }

    public int? Seed { get; }

    public string TempFilePath { get; set; }

    public bool FallbackToCpu { get; set; }

    public int? GpuDeviceId { get; set; }

    public string ContextDescription => _fullName ?? "HostEnvironment";

    public bool IsCanceled => _isCanceled || _parent is { IsCanceled: true };

    public void CancelExecution() => _isCanceled = true;

    public IHost Register(string name, int? seed = null, bool? verbose = null)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        return new HostEnvironment(this, name, seed);
    }

    public IChannel Start(string name) => new Channel(this, name, (source, message) => _listener?.Invoke(source, message));

    public IPipe<TMessage> StartPipe<TMessage>(string name) => new Pipe<TMessage>(this, name, (_, _) => { });

    public IProgressChannel StartProgressChannel(string name)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        return new ProgressChannel();
    }

    public TException Process<TException>(TException ex) where TException : Exception
    {
        ex?.Data["Throwing component"] = ContextDescription;
        return ex;
    }

    private int NextSeed()
    {
        lock (_randLock)
            return Rand.Next();
    }

    private class Pipe<TMessage>(HostEnvironment host, string name, Action<string, TMessage> dispatch) : IPipe<TMessage>
    {
        public string ContextDescription { get; } = host._fullName == null ? name : $"{host._fullName}; {name}";

        public void Send(TMessage msg) => dispatch(ContextDescription, msg);

        public TException Process<TException>(TException ex) where TException : Exception
        {
            ex?.Data["Phase"] = name;
            return host.Process(ex);
        }

        public virtual void Dispose()
        {
        }
    }

    private sealed class Channel : Pipe<ChannelMessage>, IChannel
    {
        private readonly System.Diagnostics.Stopwatch _watch = System.Diagnostics.Stopwatch.StartNew();
        private bool _isDisposed;

        public Channel(HostEnvironment host, string name, Action<string, ChannelMessage> dispatch) : base(host, name, dispatch) =>
            Trace(MessageSensitivity.None, "Channel started");

        public void Trace(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Trace, sensitivity, fmt);

        public void Trace(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Trace, sensitivity, fmt, args);

        public void Info(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Info, sensitivity, fmt);

        public void Info(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Info, sensitivity, fmt, args);

        public void Warning(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Warning, sensitivity, fmt);

        public void Warning(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Warning, sensitivity, fmt, args);

        public void Error(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Error, sensitivity, fmt);

        public void Error(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Error, sensitivity, fmt, args);

        public override void Dispose()
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            Trace(MessageSensitivity.None, "Channel finished. Elapsed {0:c}.", _watch.Elapsed);
            Trace(MessageSensitivity.None, "Channel disposed");
        }

        private void Send(ChannelMessageKind kind, MessageSensitivity sensitivity, string format, object[] arguments = null) =>
            Send(new ChannelMessage(kind, sensitivity, format, arguments));
    }
}
