using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Standins.Tests.TorchSharp;

[TestClass]
public sealed class ModuleTests
{
    [TestMethod]
    public void Names_are_those_of_the_fields_in_their_order()
    {
        using var model = new Model();
        CollectionAssert.AreEqual(
            new[] { "scale", "first.weight", "first.bias", "layers.0.weight", "layers.0.bias", "layers.1.weight", "last.weight" },
            model.named_parameters().Select(entry => entry.name).ToArray());
    }

    [TestMethod]
    public void Children_come_before_what_they_hold()
    {
        using var model = new Model();
        CollectionAssert.AreEqual(new[] { "first", "layers", "last" }, model.named_children().Select(entry => entry.name).ToArray());
        CollectionAssert.AreEqual(
            new[] { "first", "layers", "last", "layers.0", "layers.1" }, model.named_modules().Select(entry => entry.name).ToArray());
    }

    [TestMethod]
    public void A_tensor_field_is_a_buffer()
    {
        using var model = new Model();
        CollectionAssert.AreEqual(new[] { "offset" }, model.named_buffers().Select(entry => entry.name).ToArray());
    }

    [TestMethod]
    public void A_path_finds_a_parameter_of_a_descendant()
    {
        using var model = new Model();
        CollectionAssert.AreEqual(new long[] { 3, 3 }, model.get_parameter("layers.1.weight")!.shape);
        Assert.IsNull(model.get_parameter("layers.7.weight"));
    }

    [TestMethod]
    public void A_shared_parameter_is_listed_once_and_saved_under_both_names()
    {
        using var tied = new TiedModel();
        CollectionAssert.AreEqual(new[] { "first.weight" }, tied.named_parameters().Select(entry => entry.name).ToArray());
        CollectionAssert.AreEquivalent(new[] { "first.weight", "second.weight" }, tied.state_dict().Keys.ToArray());
    }

    [TestMethod]
    public void Another_type_reaches_parameters_and_buffers_and_the_fields_that_hold_them()
    {
        using var model = new Model();

        model.to(ScalarType.BFloat16);

        foreach (var (name, tensor) in model.state_dict()) Assert.AreEqual(ScalarType.BFloat16, tensor.dtype, name);
        Assert.AreEqual(ScalarType.BFloat16, model.scale.dtype);
        Assert.IsTrue(model.scale.requires_grad);
    }

    [TestMethod]
    public void Evaluation_reaches_every_module()
    {
        using var model = new Model();

        model.eval();

        Assert.IsFalse(model.training);
        Assert.IsTrue(model.modules().All(module => !module.training));
    }

    [TestMethod]
    public void Disposing_a_model_disposes_its_tensors()
    {
        var model = new Model();
        var tensors = model.state_dict().Values.ToArray();

        model.Dispose();

        Assert.IsTrue(tensors.All(tensor => tensor.IsInvalid));
    }

    [TestMethod]
    public void A_models_parameters_outlive_the_scope_in_which_it_was_made()
    {
        Linear layer;
        using (NewDisposeScope()) layer = nn.Linear(2, 2);

        Assert.IsFalse(layer.weight.IsInvalid);
        layer.Dispose();
    }

    [TestMethod]
    public void A_second_module_of_the_same_name_is_refused()
    {
        using var model = new Model();
        using var other = nn.Linear(1, 1);
        Assert.ThrowsException<InvalidOperationException>(() => model.register_module("first", other));
    }

    private sealed class Model : nn.Module<Tensor, Tensor>
    {
        public readonly Parameter scale = nn.Parameter(ones(3));
        private readonly Tensor offset = zeros(3);
        private readonly Linear first = nn.Linear(4, 3);
        private readonly ModuleList<nn.Module<Tensor, Tensor>> layers;
        private readonly Linear last = nn.Linear(3, 2, hasBias: false);

        public Model() : base(nameof(Model))
        {
            layers = nn.ModuleList<nn.Module<Tensor, Tensor>>(nn.Linear(3, 3), nn.Linear(3, 3, hasBias: false));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var hidden = first.call(input) * scale + offset;
            foreach (var layer in layers) hidden = layer.call(hidden);
            return last.call(hidden);
        }
    }

    private sealed class TiedModel : nn.Module<Tensor, Tensor>
    {
        private readonly Linear first = nn.Linear(2, 2, hasBias: false);
        private readonly Linear second = nn.Linear(2, 2, hasBias: false);

        public TiedModel() : base(nameof(TiedModel))
        {
            second.weight = first.weight;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => second.call(first.call(input));
    }
}
