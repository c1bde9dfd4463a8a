using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>A hub on this machine with one model, which serves its files as Hugging Face does: large ones through a redirect, with digests.</summary>
internal sealed class LocalHub : IDisposable
{
    public const string ModelName = "tester/tiny";
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private const string LargeFile = "model.safetensors";

    private readonly HttpListener _listener = new();
    private readonly Dictionary<string, byte[]> _files;
    private readonly Task _serving;

    public LocalHub(string directory)
    {
        _files = Directory.GetFiles(directory, "*", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetRelativePath(directory, path).Replace('\\', '/'), File.ReadAllBytes);
        Endpoint = new Uri($"http://127.0.0.1:{FreePort()}/");
        _listener.Prefixes.Add(Endpoint.ToString());
        _listener.Start();
        // It waits for the first request when this returns: a listener closed just before the wait begins would never end it.
        _serving = Serve();
    }

    public Uri Endpoint { get; }

    /// <summary>The requests so far: path and range.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>The path and the <c>Authorization</c> header of each request that has one.</summary>
    public ConcurrentQueue<string> Authorizations { get; } = [];

    /// <summary>Whether only requests with an <c>Authorization</c> header are answered.</summary>
    public bool IsPrivate { get; set; }

    /// <summary>The hub that keeps large files; this one if null.</summary>
    public LocalHub? Storage { get; set; }

    /// <summary>After how many bytes of the large file the connection breaks; 0 for never. It breaks once.</summary>
    public int BreakAfter { get; set; }

    /// <summary>After how many bytes of the large file nothing more comes, though the connection stays; 0 for never. It happens once.</summary>
    public int StallAfter { get; set; }

    /// <summary>Whether requests are taken and never answered.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Whether the hub says what its files must hash to.</summary>
    public bool GivesDigests { get; set; } = true;

    /// <summary>Whether a byte of the large file is another one than its digest says.</summary>
    public bool Corrupts { get; set; }

    /// <summary>Whether a pickle is among the names of the files.</summary>
    public bool HasPickle { get; set; } = true;

    /// <summary>Added to the names of the files.</summary>
    public string? ExtraName { get; set; }

    public void Dispose()
    {
        _listener.Close();
        _serving.Wait(TimeSpan.FromSeconds(5));
    }

    private async Task Serve()
    {
        while (_listener.IsListening)
        {
            try
            {
                Answer(await _listener.GetContextAsync());
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or IOException)
            {
                // The hub was closed, or the client went away.
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        var path = context.Request.Url!.AbsolutePath;
        if (IsSilent)
            return;
        Requests.Enqueue($"{path} {context.Request.Headers["Range"]}".Trim());
        if (context.Request.Headers["Authorization"] is { } authorization)
            Authorizations.Enqueue($"{path} {authorization}");
        else if (IsPrivate)
        {
            Fail(context, HttpStatusCode.Unauthorized);
            return;
        }
        var name = path.Contains("_Pooling/", StringComparison.Ordinal) ? path[(path.LastIndexOf('/', path.LastIndexOf('/') - 1) + 1)..] : Path.GetFileName(Uri.UnescapeDataString(path));
        if (path == $"/api/models/{ModelName}/revision/main")
            Send(context, Listing(), range: false);
        else if (path == $"/{ModelName}/resolve/{Commit}/{LargeFile}")
            Redirect(context, name);
        else if (path.StartsWith($"/{ModelName}/resolve/{Commit}/", StringComparison.Ordinal) || path.StartsWith("/storage/", StringComparison.Ordinal))
            SendFile(context, name);
        else
            Fail(context, HttpStatusCode.NotFound);
    }

    private byte[] Listing()
    {
        string[] others = [.. HasPickle ? ["pytorch_model.bin"] : Array.Empty<string>(), .. ExtraName is null ? [] : new[] { ExtraName }];
        var names = _files.Keys.Concat(others);
        return JsonSerializer.SerializeToUtf8Bytes(new { sha = Commit, siblings = names.Select(name => new { rfilename = name }) });
    }

    private void Redirect(HttpListenerContext context, string name)
    {
        if (GivesDigests)
            context.Response.Headers["X-Linked-ETag"] = $"\"{Convert.ToHexStringLower(SHA256.HashData(_files[name]))}\"";
        context.Response.StatusCode = (int)HttpStatusCode.Found;
        context.Response.Headers["Location"] = Storage is null ? $"/storage/{name}" : $"{Storage.Endpoint}storage/{name}";
        context.Response.Close();
    }

    private void SendFile(HttpListenerContext context, string name)
    {
        var content = (byte[])_files[name].Clone();
        if (name != LargeFile)
            context.Response.Headers["ETag"] = $"\"{BlobId(content)}\"";
        else if (Corrupts)
            content[^1] ^= 1;
        Send(context, content, range: true);
    }

    private void Send(HttpListenerContext context, byte[] content, bool range)
    {
        var from = range && context.Request.Headers["Range"] is { } header ? int.Parse(header["bytes=".Length..^1], CultureInfo.InvariantCulture) : 0;
        if (from >= content.Length)
        {
            context.Response.Headers["Content-Range"] = $"bytes */{content.Length}";
            Fail(context, HttpStatusCode.RequestedRangeNotSatisfiable);
            return;
        }
        if (from > 0)
        {
            context.Response.StatusCode = (int)HttpStatusCode.PartialContent;
            context.Response.Headers["Content-Range"] = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }
        context.Response.ContentLength64 = content.Length - from;
        if (BreakAfter + StallAfter is var part and > 0 && context.Request.Url!.AbsolutePath.StartsWith("/storage/", StringComparison.Ordinal))
        {
            context.Response.OutputStream.Write(content, from, part);
            context.Response.OutputStream.Flush();
            if (BreakAfter > 0)
                context.Response.Abort();
            BreakAfter = StallAfter = 0;
            return;
        }
        context.Response.OutputStream.Write(content, from, content.Length - from);
        context.Response.Close();
    }

    private static void Fail(HttpListenerContext context, HttpStatusCode status)
    {
        context.Response.StatusCode = (int)status;
        context.Response.Close();
    }

    private static string BlobId(byte[] content) =>
        Convert.ToHexStringLower(CryptographicOperations.HashData(HashAlgorithmName.SHA1, [.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
