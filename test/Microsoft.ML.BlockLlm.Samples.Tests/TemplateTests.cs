using System.Xml.Linq;

namespace Microsoft.ML.BlockLlm.Samples.Tests;

/// <summary>The template, packed and installed beside whatever templates the user has.</summary>
[TestClass]
public sealed class TemplateTests
{
    private const string Template = "blockllm-textclassification";

    private static readonly WorkingFolder Folder = new();

    [ClassInitialize]
    public static void Install(TestContext _)
    {
        Dotnet.Run(Folder, "pack", Path.Combine(SampleRun.Repository, "src/Microsoft.ML.BlockLlm.Templates"), "-c", SampleRun.Configuration, "--no-build", "-o", Folder["packages"], "-nr:false");
        Dotnet.Run(Folder, "new", "install", Directory.GetFiles(Folder["packages"], "*.nupkg").Single());
    }

    [ClassCleanup]
    public static void Delete() => Folder.Dispose();

    [TestMethod]
    public void A_project_has_the_files_of_Model_Builder_under_its_own_name()
    {
        Dotnet.Run(Folder, "new", Template, "-n", "Contoso.Reviews", "--pretrained-model", "models/mine");

        var app = Folder["Contoso.Reviews/Contoso_Reviews_ConsoleApp"];
        CollectionAssert.AreEquivalent(
            new[]
            {
                "Contoso_Reviews.consumption.cs", "Contoso_Reviews.evaluate.cs", "Contoso_Reviews.mbconfig", "Contoso_Reviews.training.cs", "Contoso_Reviews_ConsoleApp.csproj", "Program.cs",
                "messages.tsv",
            },
            Directory.GetFiles(app).Select(Path.GetFileName).ToArray());
        CollectionAssert.AreEqual(new[] { "Contoso_Reviews_ConsoleApp" }, Directory.GetDirectories(Folder["Contoso.Reviews"]).Select(Path.GetFileName).ToArray());
        StringAssert.Contains(File.ReadAllText(Path.Combine(app, "Contoso_Reviews.training.cs")), "RetrainPretrainedModel = @\"models/mine\"");
        StringAssert.Contains(File.ReadAllText(Path.Combine(app, "Contoso_Reviews.consumption.cs")), "public partial class Contoso_Reviews");
    }

    [TestMethod]
    [DataRow("cpu", "TorchSharp-cpu")]
    [DataRow("cuda-linux", "TorchSharp-cuda-linux")]
    [DataRow("none", null)]
    public void A_project_takes_the_library_and_the_native_package_that_is_asked_for(string native, string? package)
    {
        Dotnet.Run(Folder, "new", Template, "-n", $"With.{native}", "--native", native);

        var project = XDocument.Load(Directory.GetFiles(Folder[$"With.{native}"], "*.csproj", SearchOption.AllDirectories).Single());
        var packages = project.Descendants("PackageReference").ToDictionary(reference => reference.Attribute("Include")!.Value, reference => reference.Attribute("Version")!.Value);
        CollectionAssert.AreEquivalent(new[] { "Microsoft.ML.BlockLlm", package }.OfType<string>().ToArray(), packages.Keys.ToArray());
        Assert.IsTrue(packages.Values.All(version => version.Any(char.IsDigit) && !version.Any(letter => letter is '{' or '_')), string.Join(", ", packages.Values));
    }

    [TestMethod]
    public void Console_application_and_web_service_build()
    {
        Dotnet.Run(Folder, "new", Template, "-n", "Shop", "--web-api", "--native", "none");
        // From the repository's sources instead of the package, which need not be published yet.
        File.WriteAllText(Folder["Shop/Directory.Build.targets"], $"""
            <Project>
              <ItemGroup><PackageReference Remove="Microsoft.ML.BlockLlm" /></ItemGroup>
              <Import Project="{SampleRun.Repository}eng/use.props" />
            </Project>
            """);

        foreach (var project in new[] { "Shop_ConsoleApp", "Shop_WebApi" })
        {
            Dotnet.Run(Folder, "build", $"Shop/{project}", "-c", SampleRun.Configuration, "-p:BuildProjectReferences=false", "-p:RestoreRecursive=false", "-nr:false", "-m:1");
            Assert.IsTrue(File.Exists(Folder[$"Shop/{project}/bin/{SampleRun.Configuration}/net10.0/{project}.dll"]));
        }
    }
}
