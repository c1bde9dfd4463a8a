using System.Net;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Downloads models as Hugging Face serves them.</summary>
internal sealed class HubClient(HubOptions options) : IDisposable
{
    private readonly HubConnection _connection = new(options);

    /// <summary>Downloads what is missing of a model.</summary>
    /// <returns>The folder with its files.</returns>
    public async Task<string> DownloadAsync(string name, CancellationToken cancellationToken)
    {
        var cache = new HubCache(options.CacheDirectory, name);
        var listing = await ListAsync(name, cancellationToken).ConfigureAwait(false);
        listing.RequireWeights(name);
        var folder = cache.SnapshotOf(listing.Commit);
        await DownloadFilesAsync(listing.ModelFileNames()).ConfigureAwait(false);
        if (!listing.IsWhole)
            await DownloadFilesAsync(listing.Parts(WeightIndex.Read(folder), name)).ConfigureAwait(false);
        cache.Complete(options.Revision, listing.Commit);
        return folder;

        async Task DownloadFilesAsync(IEnumerable<string> files)
        {
            foreach (var file in files)
            {
                var path = Path.Combine(folder, file);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                var address = Address($"{name}/resolve/{listing.Commit}/{string.Join('/', file.Split('/').Select(Uri.EscapeDataString))}");
                if (!File.Exists(path))
                    await DownloadFileAsync(address, path, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public void Dispose() => _connection.Dispose();

    private async Task<HubListing> ListAsync(string name, CancellationToken cancellationToken)
    {
        var address = Address($"api/models/{name}/revision/{Uri.EscapeDataString(options.Revision)}");
        var (response, _) = await _connection.GetAsync(address, from: 0, cancellationToken).ConfigureAwait(false);
        using (response)
        {
            using var json = new MemoryStream();
            await _connection.CopyAsync(response, json, cancellationToken).ConfigureAwait(false);
            json.Position = 0;
            return HubListing.Read(json, address.ToString());
        }
    }

    private async Task DownloadFileAsync(Uri address, string path, CancellationToken cancellationToken)
    {
        var partial = path + ".partial";
        var fruitless = 0;
        while (true)
        {
            var before = LengthOf(partial);
            try
            {
                if (await TryDownloadRestAsync(address, partial, before, cancellationToken).ConfigureAwait(false))
                    break;
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException { StatusCode: null })
            {
                fruitless = LengthOf(partial) > before ? 0 : fruitless + 1;
                if (fruitless >= options.MaxFruitlessAttempts)
                    throw new ModelLoadException($"{address}: the download broke off: {exception.Message} Try again; what has come so far is kept.", exception);
            }
        }
        File.Move(partial, path, overwrite: true);
    }

    /// <summary>Appends what is missing to a partial file.</summary>
    /// <returns>False if the partial file was none of this file, and is gone.</returns>
    private async Task<bool> TryDownloadRestAsync(Uri address, string partial, long before, CancellationToken cancellationToken)
    {
        var (response, digest) = await _connection.GetAsync(address, before, cancellationToken).ConfigureAwait(false);
        using (response)
        {
            // There is nothing after what is here already, or less than is here: this may be all of the file, or something else.
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                var isAll = digest?.Matches(partial) ?? response.Content.Headers.ContentRange?.Length == before;
                if (!isAll)
                    File.Delete(partial);
                return isAll;
            }
            var continues = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == before;
            using var file = new FileStream(partial, continues ? FileMode.Append : FileMode.Create, FileAccess.Write);
            await _connection.CopyAsync(response, file, cancellationToken).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }
        if (digest is null || digest.Matches(partial))
            return true;
        File.Delete(partial);
        throw new ModelLoadException($"{address}: the file that came has another digest than {digest}, which the hub gives. It was thrown away; try again.");
    }

    private static long LengthOf(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    private Uri Address(string path) => new($"{options.Endpoint.ToString().TrimEnd('/')}/{path}");
}
