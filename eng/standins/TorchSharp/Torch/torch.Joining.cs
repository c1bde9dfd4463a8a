namespace TorchSharp;

public static partial class torch
{
    // Functions of several tensors.

    public static Tensor cat(IList<Tensor> tensors, long dim = 0)
    {
        var handles = Native.Handles([.. tensors]);
        var result = new Tensor(Native.bl_cat(handles, handles.Length, dim));
        GC.KeepAlive(tensors);
        return result;
    }

    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0)
    {
        Tensor[] all = [.. tensors];
        var handles = Native.Handles(all);
        var result = new Tensor(Native.bl_stack(handles, handles.Length, dim));
        GC.KeepAlive(all);
        return result;
    }

    public static Tensor einsum(string equation, params Tensor[] tensors)
    {
        var handles = Native.Handles(tensors);
        var result = new Tensor(Native.bl_einsum(equation, handles, handles.Length));
        GC.KeepAlive(tensors);
        return result;
    }

    public static (Tensor output, Tensor? inverse_indices, Tensor? counts) unique(Tensor input, bool sorted = true, bool return_inverse = false,
        bool return_counts = false, int? dim = null)
    {
        Native.Check(Native.bl_unique(input.handle, sorted, return_inverse, return_counts, Native.Optional((long?)dim), out var values,
            out var indices, out var counts));
        return (new Tensor(values), indices.IsInvalid ? null : new Tensor(indices), counts.IsInvalid ? null : new Tensor(counts));
    }

    /// <summary>Where each value would go into the sorted sequence to keep it sorted. The original's sorter is not supported here.</summary>
    public static Tensor searchsorted(Tensor sorted_sequence, Tensor values, bool out_int32 = false, bool right = false, Tensor? sorter = null)
    {
        if (sorter is not null) throw new NotSupportedException("This stand-in of TorchSharp has no sorter for searchsorted.");
        return new Tensor(Native.bl_searchsorted(sorted_sequence.handle, values.handle, out_int32, right));
    }

    public partial class Tensor
    {
        public (Tensor output, Tensor? inverse_indices, Tensor? counts) unique(bool sorted = true, bool return_inverse = false,
            bool return_counts = false, int? dim = null) => torch.unique(this, sorted, return_inverse, return_counts, dim);
    }
}
