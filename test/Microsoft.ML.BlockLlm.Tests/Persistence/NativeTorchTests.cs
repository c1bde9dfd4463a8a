namespace Microsoft.ML.BlockLlm.Tests;

[TestClass]
public sealed class NativeTorchTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("blockllm-").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Without_a_native_library_the_package_to_add_is_named()
    {
        var ml = new MLContext(seed: 1);
        var data = ml.Data.LoadFromEnumerable(Message.Make(40));
        using var model = ml.Transforms.Conversion.MapValueToKey("Label").Append(Pipelines.Trainer(ml)).Fit(data);
        var path = Path.Combine(_folder, "model.zip");
        ml.Model.Save(model, data.Schema, path);
        CopyProgramWithoutNativeLibraries();

        var (exitCode, _, errors) = OwnProcess.RunIn(_folder, [path, "hello"]);

        Assert.AreNotEqual(0, exitCode);
        StringAssert.Contains(errors, "TorchSharp found no native library to compute with. Add the package TorchSharp-cpu");
    }

    private void CopyProgramWithoutNativeLibraries()
    {
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll").Concat(Directory.EnumerateFiles(AppContext.BaseDirectory, "*.json")))
            if (!Path.GetFileName(file).StartsWith("torch", StringComparison.Ordinal))
                File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
    }
}
