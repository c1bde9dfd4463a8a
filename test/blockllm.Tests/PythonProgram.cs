using System.Diagnostics;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

/// <summary>A Python program as a page shows it.</summary>
internal static class PythonProgram
{
    private const int LacksModules = 3;

    /// <summary>Reads the program as Python does, and runs it if all that it imports is there.</summary>
    private const string Runner = """
        import ast, importlib.util, sys
        program = ast.parse(sys.stdin.read())
        modules = [node.module for node in ast.walk(program) if isinstance(node, ast.ImportFrom)]
        if not all(importlib.util.find_spec(module) for module in modules):
            sys.exit(3)
        exec(compile(program, "page", "exec"))
        """;

    /// <summary>Checks a program. The test is inconclusive where there is no python3, and where modules are missing that the program imports: then it is known only to be Python.</summary>
    /// <param name="code">The program.</param>
    /// <param name="currentDirectory">The folder it runs in.</param>
    public static void Check(string code, string currentDirectory)
    {
        const string Python = "/usr/bin/python3";
        if (!File.Exists(Python))
            Assert.Inconclusive($"{Python}, which reads the program, is not on this machine.");
        using var process = Process.Start(new ProcessStartInfo(Python, ["-c", Runner]) { WorkingDirectory = currentDirectory, RedirectStandardInput = true, RedirectStandardError = true })!;
        process.StandardInput.Write(code);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode == LacksModules)
            Assert.Inconclusive("The program is Python, but was not run: modules that it imports are not on this machine.");
        Assert.AreEqual(0, process.ExitCode, errors);
    }
}
