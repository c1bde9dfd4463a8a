using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// One part of a <see cref="StagedModel"/>, such as the embedding or one transformer layer. The training engine runs stages
/// forward and backward one at a time, so that the graph of only one exists at once.
/// </summary>
/// <remarks>
/// <c>forward(input, batch)</c> takes the output of the stage before, <c>[batch, tokens, hidden]</c>, and the batch for its ids and masks;
/// the first stage ignores its input. All that one stage passes to the next is its output tensor: what else a stage reads
/// (masks, positions) it derives from the batch, which carries no gradient.
/// <para>
/// A stage registers every parameter it reads. A head tied to the embedding registers the shared parameter too: the engine sums the
/// gradients of the stages that a parameter is registered with, and a use it does not know of would be missing from the sum.
/// </para>
/// <para>
/// A stage that is no child of its model, but only of <see cref="StagedModel.Stages"/>, gets no <c>train()</c> and <c>eval()</c>: its own <c>training</c> says
/// nothing. What depends on it, such as dropout, asks a module that the model registers.
/// </para>
/// <para>A stage never modifies its input in place: the stage below may have saved it for its backward pass, and recomputing starts from it.</para>
/// </remarks>
public abstract class Stage : nn.Module<Tensor, TokenBatch, Tensor>
{
    /// <summary>Makes a stage.</summary>
    /// <param name="name">The module's name, as in the Hugging Face weights where there is one.</param>
    protected Stage(string name) : base(name)
    {
    }
}
