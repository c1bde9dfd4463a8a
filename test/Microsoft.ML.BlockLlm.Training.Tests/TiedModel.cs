using Microsoft.ML.BlockLlm.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>A small random classifier of token lists: embedding, two residual layers with dropout, and a head that is the embedding again.</summary>
internal sealed class TiedModel : StagedModel
{
    public const int Classes = 11;
    public const int Hidden = 6;

    public TiedModel(int seed = 1, double dropout = 0, ScalarType dtype = ScalarType.Float32) : base(nameof(TiedModel))
    {
        manual_seed(seed);
        Embedding = new EmbeddingStage(dtype);
        First = new LayerStage("first", dropout, dtype);
        Second = new LayerStage("second", dropout, dtype);
        Head = new HeadStage(Embedding.Weight);
        register_module("embedding", Embedding);
        register_module("first", First);
        register_module("second", Second);
        register_module("head", Head);
        Stages = [Embedding, First, Second, Head];
    }

    public override IReadOnlyList<Stage> Stages { get; }

    public EmbeddingStage Embedding { get; }

    public LayerStage First { get; }

    public LayerStage Second { get; }

    public HeadStage Head { get; }

    private static Parameter RandomParameter(ScalarType dtype, params long[] shape)
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter((randn(shape) * 0.5).to(dtype));
        parameter.DetachFromDisposeScope();
        return parameter;
    }

    public sealed class EmbeddingStage : Stage
    {
        public EmbeddingStage(ScalarType dtype) : base(nameof(EmbeddingStage))
        {
            Weight = RandomParameter(dtype, Classes, Hidden);
            register_parameter("weight", Weight);
        }

        public Parameter Weight { get; }

        public override Tensor forward(Tensor input, TokenBatch batch) =>
            Weight.index_select(0, batch.InputIds.view(-1)).view(batch.BatchSize, batch.Length, Hidden);
    }

    public sealed class LayerStage : Stage
    {
        private readonly double _dropout;

        public LayerStage(string name, double dropout, ScalarType dtype) : base(name)
        {
            _dropout = dropout;
            Weight = RandomParameter(dtype, Hidden, Hidden);
            Bias = RandomParameter(dtype, Hidden);
            register_parameter("weight", Weight);
            register_parameter("bias", Bias);
        }

        public Parameter Weight { get; }

        public Parameter Bias { get; }

        /// <summary>Whether the last forward pass built a graph.</summary>
        public bool BuiltGraph { get; private set; }

        /// <summary>How many forward passes there were.</summary>
        public int Runs { get; private set; }

        public override Tensor forward(Tensor input, TokenBatch batch)
        {
            var output = input + nn.functional.dropout(nn.functional.linear(input, Weight, Bias).tanh(), _dropout, training);
            BuiltGraph = output.requires_grad;
            Runs++;
            return output;
        }
    }

    public sealed class HeadStage : Stage
    {
        private readonly Parameter _weight;

        public HeadStage(Parameter weight) : base(nameof(HeadStage))
        {
            _weight = weight;
            register_parameter("weight", weight);
        }

        public override Tensor forward(Tensor input, TokenBatch batch) => nn.functional.linear(input.mean([1L]), _weight);
    }
}
