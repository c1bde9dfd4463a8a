using System.Net;
using System.Net.Http.Headers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Asks a hub over HTTP. The access token goes to the hub alone, not to where it redirects.</summary>
internal sealed class HubConnection(HubOptions options) : IDisposable
{
    private const int MaxRedirects = 8;
    private const string LinkedDigest = "X-Linked-ETag";

    // Redirects are followed here, because the digest of a large file stands in the answer that redirects.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Asks for a file, or the rest of it.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="from">The first byte that is wanted. A hub may give the whole file all the same, or say that there is no such byte.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer, of which only the headers have been read, and what the file's bytes must hash to, if the hub says it.</returns>
    /// <exception cref="ModelLoadException">The hub does not give the file.</exception>
    /// <exception cref="IOException">The answer does not come.</exception>
    public async Task<(HttpResponseMessage Response, FileDigest? Digest)> GetAsync(Uri address, long from, CancellationToken cancellationToken)
    {
        FileDigest? linked = null;
        var next = address;
        for (var redirects = 0; redirects <= MaxRedirects; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, next);
            if (from > 0)
                request.Headers.Range = new RangeHeaderValue(from, null);
            if (options.AccessToken is { } token && IsOfHub(next))
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            var response = await InTimeAsync(stall => _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall), cancellationToken).ConfigureAwait(false);
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

    /// <summary>Copies the body of an answer.</summary>
    /// <exception cref="IOException">The answer breaks off, or nothing more of it comes.</exception>
    public async Task CopyAsync(HttpResponseMessage response, Stream target, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 16];
        using var content = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        for (int count; (count = await InTimeAsync(stall => content.ReadAsync(buffer, stall).AsTask(), cancellationToken).ConfigureAwait(false)) > 0;)
            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> InTimeAsync<T>(Func<CancellationToken, Task<T>> act, CancellationToken cancellationToken)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stall.CancelAfter(options.StallTimeout);
        try
        {
            return await act(stall.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"Nothing came for {options.StallTimeout.TotalSeconds:0.###} seconds (HubOptions.StallTimeout).", exception);
        }
    }

    private bool IsOfHub(Uri address) =>
        Uri.Compare(address, options.Endpoint, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;
}
