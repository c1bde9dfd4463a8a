using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Compares the output of a model with what it should have been.</summary>
/// <param name="output">The output of the last stage, such as logits <c>[batch, classes]</c> or <c>[batch, tokens, vocabulary]</c>.</param>
/// <param name="batch">The batch with its targets.</param>
/// <returns>The mean loss over the targets of the batch, a scalar.</returns>
public delegate Tensor LossFunction(Tensor output, TrainingBatch batch);
