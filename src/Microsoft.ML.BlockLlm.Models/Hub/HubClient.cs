using System.Net;
using System.Net.Http.Headers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Downloads models over HTTP as Hugging Face serves them.</summary>
internal sealed class HubClient : IDisposable
{
    private const int MaxRedirects = 8;
    private const string LinkedDigest = "X-Linked-ETag";

    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(30);

    private readonly HubOptions _options;

    // Redirects are followed here, because the digest of a large file stands in the answer that redirects.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = s_connectTimeout }) { Timeout = Timeout.InfiniteTimeSpan };

    public HubClient(HubOptions options) => _options = options;

    /// <summary>Downloads what is missing of a model.</summary>
    /// <returns>The folder with its files.</returns>
    public async Task<string> DownloadAsync(string name, CancellationToken cancellationToken)
    {
        var cache = new HubCache(_options.CacheDirectory, name);
        var listing = await ListAsync(name, cancellationToken).ConfigureAwait(false);
        var folder = cache.SnapshotOf(listing.Commit);
        Directory.CreateDirectory(folder);
        foreach (var file in listing.ModelFileNames())
        {
            var path = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (!File.Exists(path))
                await DownloadFileAsync(Address($"{name}/resolve/{listing.Commit}/{string.Join('/', file.Split('/').Select(Uri.EscapeDataString))}"), path, cancellationToken).ConfigureAwait(false);
        }
        cache.Complete(_options.Revision, listing.Commit);
        return folder;
    }

    public void Dispose() => _http.Dispose();

    private async Task<HubListing> ListAsync(string name, CancellationToken cancellationToken)
    {
        var address = Address($"api/models/{name}/revision/{Uri.EscapeDataString(_options.Revision)}");
        var (response, _) = await GetAsync(address, from: 0, cancellationToken).ConfigureAwait(false);
        using (response)
        {
            using var json = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return HubListing.Read(json, address.ToString());
        }
    }

    private async Task DownloadFileAsync(Uri address, string path, CancellationToken cancellationToken)
    {
        var partial = path + ".partial";
        FileDigest? digest = null;
        for (var fruitless = 0; ;)
        {
            var before = File.Exists(partial) ? new FileInfo(partial).Length : 0;
            try
            {
                digest = await DownloadRestAsync(address, partial, before, cancellationToken).ConfigureAwait(false);
                break;
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException { StatusCode: null })
            {
                fruitless = File.Exists(partial) && new FileInfo(partial).Length > before ? 0 : fruitless + 1;
                if (fruitless >= _options.MaxFruitlessAttempts)
                    throw new ModelLoadException($"{address}: the download broke off: {exception.Message} Try again; what has come so far is kept.", exception);
            }
        }
        if (digest is not null && !digest.Matches(partial))
        {
            File.Delete(partial);
            throw new ModelLoadException($"{address}: the file that came has another digest than {digest}, which the hub gives. It was thrown away; try again.");
        }
        File.Move(partial, path, overwrite: true);
    }

    /// <summary>Appends what is missing to a partial file; returns the digest that the whole must have, if the hub says it.</summary>
    private async Task<FileDigest?> DownloadRestAsync(Uri address, string partial, long before, CancellationToken cancellationToken)
    {
        var (response, digest) = await GetAsync(address, before, cancellationToken).ConfigureAwait(false);
        using (response)
        {
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
                return digest;
            var continues = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == before;
            using var file = new FileStream(partial, continues ? FileMode.Append : FileMode.Create, FileAccess.Write);
            using var content = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await content.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }
        return digest;
    }

    private async Task<(HttpResponseMessage Response, FileDigest? Digest)> GetAsync(Uri address, long from, CancellationToken cancellationToken)
    {
        FileDigest? linked = null;
        var next = address;
        for (var redirects = 0; redirects <= MaxRedirects; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, next);
            if (from > 0)
                request.Headers.Range = new RangeHeaderValue(from, null);
            if (_options.AccessToken is { } token && IsOfHub(next))
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
            linked ??= response.Headers.TryGetValues(LinkedDigest, out var values) ? FileDigest.FromEntityTag(values.First()) : null;
            if (response.IsSuccessStatusCode || (from > 0 && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable))
                return (response, linked ?? FileDigest.FromEntityTag(response.Headers.ETag?.Tag));
            using (response)
            {
                if ((int)response.StatusCode is < 300 or >= 400 || response.Headers.Location is not { } location)
                    throw new ModelLoadException(
                        $"{address}: the hub answers {(int)response.StatusCode} {response.ReasonPhrase}. Check the model's name and revision, and whether it is open to everyone; if not, give an access token (HF_TOKEN, or HubOptions.AccessToken).");
                next = new Uri(next, location);
            }
        }
        throw new ModelLoadException($"{address}: the hub redirects more than {MaxRedirects} times.");
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (TaskCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"No connection came about within {s_connectTimeout.TotalSeconds:0} seconds.", exception);
        }
    }

    private bool IsOfHub(Uri address) =>
        Uri.Compare(address, _options.Endpoint, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private Uri Address(string path) => new($"{_options.Endpoint.ToString().TrimEnd('/')}/{path}");
}
