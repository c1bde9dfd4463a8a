namespace TorchSharp;

/// <summary>Arrays of tensors that native functions hand out.</summary>
internal static class TensorArray
{
    /// <summary>Wraps the tensors and frees the native array; entries without a tensor become null.</summary>
    internal static unsafe torch.Tensor[] Take(nint data, long count)
    {
        var result = new torch.Tensor[count];
        for (var i = 0; i < count; i++)
            if (((nint*)data)[i] is var tensor and not 0) result[i] = new torch.Tensor(new TensorHandle(tensor));
        Native.bl_array_free(data);
        return result;
    }
}
