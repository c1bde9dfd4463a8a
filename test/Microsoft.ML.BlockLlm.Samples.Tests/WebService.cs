using System.Diagnostics;
using System.Net.Http.Json;

namespace Microsoft.ML.BlockLlm.Samples.Tests;

/// <summary>A web sample that runs, on a port that the system chose, until it is disposed.</summary>
internal sealed class WebService : IDisposable
{
    private const string Announcement = "Now listening on: ";

    private readonly TaskCompletionSource<Uri> _address = new();
    private readonly Process _process;
    private readonly HttpClient _client = new();

    public WebService(string sample, WorkingFolder folder, params string[] arguments)
    {
        _process = Process.Start(SampleRun.StartInfo(sample, folder, ["--urls", "http://127.0.0.1:0", .. arguments]))!;
        _process.OutputDataReceived += (_, received) => Read(received.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The answer to a request, which must succeed.</summary>
    public async Task<string> Post(string path, object content)
    {
        using var response = await _client.PostAsJsonAsync(new Uri(await _address.Task, path), content);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    public void Dispose()
    {
        _client.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null)
            _address.TrySetException(new AssertFailedException("The web service ended before it listened."));
        else if (line.IndexOf(Announcement, StringComparison.Ordinal) is >= 0 and var start)
            _address.TrySetResult(new Uri(line[(start + Announcement.Length)..].Trim()));
    }
}
