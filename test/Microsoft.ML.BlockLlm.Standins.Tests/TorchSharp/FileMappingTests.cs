using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Standins.Tests.TorchSharp;

[TestClass]
public sealed class FileMappingTests
{
    private readonly string path = Path.GetTempFileName();

    [TestInitialize]
    public void WriteFile() => File.WriteAllBytes(path, MemoryMarshal.AsBytes<float>([1, 2, 3, 4]).ToArray());

    [TestCleanup]
    public void DeleteFile() => File.Delete(path);

    [TestMethod]
    public void A_mapped_tensor_has_the_files_numbers()
    {
        using var mapped = from_file(path, shared: false, size: 4, dtype: ScalarType.Float32);
        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 4 }, mapped.data<float>().ToArray());
    }

    [TestMethod]
    public void Writing_to_a_private_mapping_leaves_the_file_alone()
    {
        using (var mapped = from_file(path, shared: false, size: 4, dtype: ScalarType.Float32)) mapped.fill_(9);
        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 4 }, Numbers());
    }

    [TestMethod]
    public void Writing_to_a_shared_mapping_writes_the_file_so_nothing_is_copied()
    {
        using (var mapped = from_file(path, shared: true, size: 4, dtype: ScalarType.Float32)) mapped.fill_(9);
        CollectionAssert.AreEqual(new float[] { 9, 9, 9, 9 }, Numbers());
    }

    [TestMethod]
    public void A_tensor_set_to_a_mapping_shares_it_and_keeps_it_when_its_source_is_gone()
    {
        using var tensor = full([4], 7, ScalarType.Float32);
        using var mapped = from_file(path, shared: true, size: 4, dtype: ScalarType.Float32);

        Assert.AreSame(tensor, tensor.set_(mapped));
        mapped.fill_(9);
        mapped.Dispose();

        CollectionAssert.AreEqual(new float[] { 9, 9, 9, 9 }, tensor.data<float>().ToArray());
    }

    [TestMethod]
    public void A_missing_file_is_an_error_that_names_it()
    {
        var missing = path + ".missing";
        var error = Assert.ThrowsException<ExternalException>(() => from_file(missing, shared: false, size: 4));
        StringAssert.Contains(error.Message, missing);
    }

    private float[] Numbers() => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray();
}
