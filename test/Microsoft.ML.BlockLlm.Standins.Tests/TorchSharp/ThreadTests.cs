using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Standins.Tests.TorchSharp;

[TestClass]
[DoNotParallelize]
public sealed class ThreadTests
{
    [TestMethod]
    public void The_number_of_threads_is_what_was_set()
    {
        var before = get_num_threads();
        try
        {
            set_num_threads(2);
            Assert.AreEqual(2, get_num_threads());
        }
        finally
        {
            set_num_threads(before);
        }
    }
}
