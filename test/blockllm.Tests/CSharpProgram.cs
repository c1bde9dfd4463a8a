using System.Diagnostics;
using System.Reflection;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

/// <summary>A program as a page shows it: compiled as a console application of its reader, with what such a project imports by itself, and run.</summary>
internal static class CSharpProgram
{
    private const string ImplicitUsings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading.Tasks;";

    /// <summary>Compiles and runs a program.</summary>
    /// <param name="code">The program.</param>
    /// <param name="folder">A folder for its files.</param>
    /// <param name="currentDirectory">The folder it runs in.</param>
    /// <returns>What it printed.</returns>
    public static string Run(string code, WorkingFolder folder, string currentDirectory)
    {
        folder.Write("Program.cs", code);
        folder.Write("Usings.cs", ImplicitUsings);
        var program = folder[$"Program{Guid.NewGuid():N}.dll"];
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => $"-reference:\"{path}\"");
        folder.Write("compile.rsp", string.Join('\n', [.. references, "-nologo", "-langversion:14", "-nullable", "-warnaserror", $"-out:\"{program}\"", $"\"{folder["Program.cs"]}\"", $"\"{folder["Usings.cs"]}\""]));
        using (var compiler = Process.Start(new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [ToolRun.Metadata("Compiler"), "-noconfig", $"@{folder["compile.rsp"]}"]) { RedirectStandardOutput = true })!)
        {
            var messages = compiler.StandardOutput.ReadToEnd();
            compiler.WaitForExit();
            Assert.AreEqual(0, compiler.ExitCode, messages);
        }

        var (output, before) = (Console.Out, Environment.CurrentDirectory);
        using var printed = new StringWriter();
        try
        {
            Console.SetOut(printed);
            Environment.CurrentDirectory = currentDirectory;
            Assembly.LoadFrom(program).EntryPoint!.Invoke(null, [Array.Empty<string>()]);
        }
        finally
        {
            Console.SetOut(output);
            Environment.CurrentDirectory = before;
        }

        return printed.ToString();
    }
}
