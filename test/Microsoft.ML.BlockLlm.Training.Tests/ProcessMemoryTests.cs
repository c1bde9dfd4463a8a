namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
public sealed class ProcessMemoryTests
{
    [TestMethod]
    public void Memory_that_is_used_is_seen_now_and_in_the_peak()
    {
        const int Size = 256 << 20;
        var before = ProcessMemory.Resident;

        var used = GC.AllocateUninitializedArray<byte>(Size, pinned: true);
        used.AsSpan().Fill(1);
        var during = ProcessMemory.Resident;
        GC.KeepAlive(used);

        Assert.IsTrue(during - before > Size / 2);
        Assert.IsTrue(ProcessMemory.Peak >= during);
    }
}
