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

    /// <summary>Where each value would go into the sorted sequence to keep it sorted. The original's sorter is not supported here.</summary>
    public static Tensor searchsorted(Tensor sorted_sequence, Tensor values, bool out_int32 = false, bool right = false, Tensor? sorter = null)
    {
        if (sorter is not null) throw new NotSupportedException("This stand-in of TorchSharp has no sorter for searchsorted.");
        return new Tensor(Native.bl_searchsorted(sorted_sequence.handle, values.handle, out_int32, right));
    }
}
