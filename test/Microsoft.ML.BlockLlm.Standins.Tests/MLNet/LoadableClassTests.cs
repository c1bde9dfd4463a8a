using Microsoft.ML;
using Microsoft.ML.BlockLlm.Standins.Tests.MLNet;
using Microsoft.ML.Runtime;

[assembly: System.Runtime.CompilerServices.IgnoresAccessChecksTo("Microsoft.ML.Core")]
[assembly: LoadableClass(typeof(ITransformer), typeof(LoaderOfSubtype), null, typeof(SignatureLoadModel), "Returns a subtype", nameof(LoaderOfSubtype))]

namespace Microsoft.ML.BlockLlm.Standins.Tests.MLNet
{
    [TestClass]
    public sealed class LoadableClassTests
    {
        [TestMethod]
        public void A_loader_that_returns_a_subtype_of_what_it_is_registered_for_is_refused()
        {
            var catalog = new MLContext().ComponentCatalog;

            var exception = Assert.ThrowsExactly<InvalidOperationException>(() => catalog.RegisterAssembly(typeof(LoaderOfSubtype).Assembly));

            StringAssert.Contains(exception.Message, $"Can't instantiate loadable class 'ITransformer' with name '{nameof(LoaderOfSubtype)}'");
        }
    }

    internal static class LoaderOfSubtype
    {
        private static DisposableIdentity Create(IHostEnvironment env, ModelLoadContext ctx) => new();
    }
}

namespace System.Runtime.CompilerServices
{
    /// <summary>Lets this assembly name the attribute of loaders, which is internal. The runtime knows this attribute by its name.</summary>
    [AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
    internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
    {
        public string AssemblyName { get; } = assemblyName;
    }
}
