namespace TorchSharp;

/// <summary>Arrays of tensors that native functions hand out.</summary>
internal static class TensorArray
{
    /// <summary>Wraps the tensors and frees the native array; an entry without a tensor becomes one that is invalid, as in the original.</summary>
    internal static unsafe torch.Tensor[] Take(nint data, long count)
    {
        var result = new torch.Tensor[count];
        for (var i = 0; i < count; i++)
            result[i] = ((nint*)data)[i] is var tensor and not 0 ? new torch.Tensor(new TensorHandle(tensor)) : torch.Tensor.Undefined();
        Native.bl_array_free(data);
        return result;
    }
}
