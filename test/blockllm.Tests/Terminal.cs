using System.Diagnostics;
using System.Text;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

/// <summary>The command in a terminal of its own, as a user sits before it: a pseudo terminal that util-linux' <c>script</c> makes.</summary>
internal sealed class Terminal : IDisposable
{
    /// <summary>What Ctrl-C is on the way from the keyboard.</summary>
    private const char ControlC = '\u0003';

    private readonly Process _process;
    private readonly StringBuilder _screen = new();

    private Terminal(Process process) => _process = process;

    /// <summary>All that was written to the terminal so far, control sequences included.</summary>
    public string Screen => _screen.ToString();

    /// <summary>Starts a command. The test is inconclusive where there is no <c>script</c>.</summary>
    /// <param name="folder">The current folder of its process.</param>
    /// <param name="columns">Width of the terminal.</param>
    /// <param name="arguments">The command line; none may hold quotes or spaces.</param>
    public static Terminal Start(WorkingFolder folder, int columns, params string[] arguments)
    {
        const string Script = "/usr/bin/script";
        if (!OperatingSystem.IsLinux() || !File.Exists(Script))
            Assert.Inconclusive($"{Script} of util-linux, which makes the terminal for this test, is not on this machine.");
        var tool = ToolRun.StartInfo(folder, arguments);
        // In the background, and under nohup, tests run with Ctrl-C ignored, which the command would inherit.
        var command = $"stty cols {columns} rows 24; exec env --default-signal=INT {tool.FileName} {string.Join(' ', tool.ArgumentList)}";
        var start = new ProcessStartInfo(Script, ["--quiet", "--return", "--command", command, "/dev/null"])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["TERM"] = "xterm-256color", ["LC_ALL"] = "C.UTF-8", ["OMP_WAIT_POLICY"] = "PASSIVE" },
        };
        return new Terminal(Process.Start(start)!);
    }

    /// <summary>Waits until a text was written.</summary>
    public void WaitFor(string text)
    {
        while (!Screen.Contains(text, StringComparison.Ordinal))
            Assert.IsTrue(Read(), $"The command ended without writing '{text}':\n{Screen}");
    }

    public void PressControlC()
    {
        _process.StandardInput.Write(ControlC);
        _process.StandardInput.Flush();
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code, as a shell would have it.</returns>
    public int Finish()
    {
        while (Read())
        {
        }

        _process.WaitForExit();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private bool Read()
    {
        var buffer = new char[4096];
        var count = _process.StandardOutput.Read(buffer);
        _screen.Append(buffer, 0, count);
        return count > 0;
    }
}
