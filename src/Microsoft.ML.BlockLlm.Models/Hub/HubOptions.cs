namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Where <see cref="PretrainedModel.FromHub"/> gets models from, and where it keeps them.</summary>
public sealed record HubOptions
{
    private const string DefaultEndpoint = "https://huggingface.co";
    private const string EndpointVariable = "HF_ENDPOINT";

    /// <summary>Branch, tag or commit of the model's repository. Default: <c>main</c>.</summary>
    /// <exception cref="ArgumentException">The value is null or empty.</exception>
    public string Revision
    {
        get;
        init => field = string.IsNullOrWhiteSpace(value) ? throw new ArgumentException("Revision must name a branch, a tag or a commit, such as 'main'.", nameof(Revision)) : value;
    } = "main";

    /// <summary>Address of the hub. Default: the environment variable <c>HF_ENDPOINT</c>, or else that of Hugging Face.</summary>
    /// <exception cref="ArgumentException">The value is null, or is no absolute address of http or https.</exception>
    public Uri Endpoint
    {
        get => field ?? EndpointOfEnvironment();
        init => field = IsAddress(value) ? value : throw new ArgumentException($"Endpoint is '{value}'; it must be an address such as {DefaultEndpoint}.", nameof(Endpoint));
    }

    /// <summary>
    /// Who asks, for models that are not open to everyone. It goes to <see cref="Endpoint"/> alone, not to where that redirects, and is never written anywhere.
    /// Default: the environment variable <c>HF_TOKEN</c>, or else nobody.
    /// </summary>
    public string? AccessToken
    {
        get;
        init => field = string.IsNullOrWhiteSpace(value) ? null : value.Trim();
    } = Environment.GetEnvironmentVariable("HF_TOKEN") is { } token && !string.IsNullOrWhiteSpace(token) ? token.Trim() : null;

    /// <summary>Folder for downloaded models. Default: <c>blockllm/hub</c> in the user's folder for local application data.</summary>
    /// <exception cref="ArgumentException">The value is null or empty.</exception>
    public string CacheDirectory
    {
        get;
        init => field = string.IsNullOrWhiteSpace(value) ? throw new ArgumentException("CacheDirectory must name a folder; leave it out for the default one.", nameof(CacheDirectory)) : value;
    } = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "blockllm", "hub");

    /// <summary>Whether to use only what was downloaded before. Default: whether the environment variable <c>HF_HUB_OFFLINE</c> is 1.</summary>
    public bool Offline { get; init; } = Environment.GetEnvironmentVariable("HF_HUB_OFFLINE") == "1";

    /// <summary>How many times in a row a download may break off without a byte having come before it fails. Default: 3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int MaxFruitlessAttempts
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MaxFruitlessAttempts), value, "MaxFruitlessAttempts must be at least 1.");
    } = 3;

    /// <summary>How long nothing may come, neither a connection nor a byte, before a download is taken to have broken off. Default: 60 seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not greater than 0, or longer than a day.</exception>
    public TimeSpan StallTimeout
    {
        get;
        init => field = value > TimeSpan.Zero && value <= TimeSpan.FromDays(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(StallTimeout), value, "StallTimeout must be greater than 0, and at most a day.");
    } = TimeSpan.FromSeconds(60);

    /// <summary>The options as text, without the access token.</summary>
    public override string ToString() =>
        $"{nameof(HubOptions)} {{ {nameof(Revision)} = {Revision}, {nameof(Endpoint)} = {Endpoint}, {nameof(AccessToken)} = {(AccessToken is null ? "none" : "given")}, " +
        $"{nameof(CacheDirectory)} = {CacheDirectory}, {nameof(Offline)} = {Offline}, {nameof(MaxFruitlessAttempts)} = {MaxFruitlessAttempts}, {nameof(StallTimeout)} = {StallTimeout} }}";

    private static Uri EndpointOfEnvironment()
    {
        var text = Environment.GetEnvironmentVariable(EndpointVariable) is { Length: > 0 } value ? value : DefaultEndpoint;
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && IsAddress(address)
            ? address
            : throw new InvalidOperationException($"The environment variable {EndpointVariable} is '{text}'; it must be an address such as {DefaultEndpoint}. Correct it, or give HubOptions.Endpoint.");
    }

    private static bool IsAddress(Uri? address) =>
        address is { IsAbsoluteUri: true } && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);
}
