namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Where <see cref="PretrainedModel.FromHub"/> gets models from, and where it keeps them.</summary>
public sealed record HubOptions
{
    private const string DefaultEndpoint = "https://huggingface.co";

    /// <summary>Branch, tag or commit of the model's repository. Default: <c>main</c>.</summary>
    public string Revision { get; init; } = "main";

    /// <summary>Address of the hub. Default: the environment variable <c>HF_ENDPOINT</c>, or else that of Hugging Face.</summary>
    public Uri Endpoint { get; init; } = new(Environment.GetEnvironmentVariable("HF_ENDPOINT") is { Length: > 0 } endpoint ? endpoint : DefaultEndpoint);

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
    public string CacheDirectory { get; init; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "blockllm", "hub");

    /// <summary>Whether to use only what was downloaded before. Default: whether the environment variable <c>HF_HUB_OFFLINE</c> is 1.</summary>
    public bool Offline { get; init; } = Environment.GetEnvironmentVariable("HF_HUB_OFFLINE") == "1";

    /// <summary>How many times in a row a download may break off without a byte having come before it fails. Default: 3.</summary>
    public int MaxFruitlessAttempts { get; init; } = 3;

    /// <summary>The options as text, without the access token.</summary>
    public override string ToString() =>
        $"{nameof(HubOptions)} {{ {nameof(Revision)} = {Revision}, {nameof(Endpoint)} = {Endpoint}, {nameof(AccessToken)} = {(AccessToken is null ? "none" : "given")}, " +
        $"{nameof(CacheDirectory)} = {CacheDirectory}, {nameof(Offline)} = {Offline}, {nameof(MaxFruitlessAttempts)} = {MaxFruitlessAttempts} }}";
}
