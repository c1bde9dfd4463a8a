using System.Collections;

namespace Microsoft.ML.Data;

/// <summary>A vector value, dense or sparse. The buffers behind it may be reused through <see cref="VBufferEditor"/>.</summary>
public readonly struct VBuffer<T> : IEnumerable
{
    private readonly T[] _values;
    private readonly int[] _indices;
    private readonly int _count;

    public readonly int Length;

    public VBuffer(int length, T[] values, int[] indices = null)
        : this(length, length, values, indices)
    {
    }

    public VBuffer(int length, int count, T[] values, int[] indices)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (count < 0 || count > length)
            throw new ArgumentOutOfRangeException(nameof(count));
        if ((values?.Length ?? 0) < count)
            throw new ArgumentOutOfRangeException(nameof(values));
        if (count < length && (indices?.Length ?? 0) < count)
            throw new ArgumentOutOfRangeException(nameof(indices));
        Length = length;
        _count = count;
        _values = values;
        _indices = indices;
    }

    public bool IsDense => _count == Length;

    public ReadOnlySpan<T> GetValues() => _values.AsSpan(0, _count);

    public ReadOnlySpan<int> GetIndices() => IsDense ? default : _indices.AsSpan(0, _count);

    public T GetItemOrDefault(int index)
    {
        if ((uint)index >= (uint)Length)
            throw new ArgumentOutOfRangeException(nameof(index));
        int slot = IsDense ? index : GetIndices().BinarySearch(index);
        return slot >= 0 ? _values[slot] : default;
    }

    public void GetItemOrDefault(int index, ref T destination) => destination = GetItemOrDefault(index);

    public void CopyTo(Span<T> destination) => CopyTo(destination, 0);

    public void CopyTo(Span<T> destination, int destinationIndex, T defaultValue = default)
    {
        if (destinationIndex < 0 || destinationIndex > destination.Length - Length)
            throw new ArgumentOutOfRangeException(nameof(destination), "Not large enough to hold these values.");
        var target = destination.Slice(destinationIndex, Length);
        if (IsDense)
        {
            GetValues().CopyTo(target);
            return;
        }
        target.Fill(defaultValue);
        var indices = GetIndices();
        for (int i = 0; i < _count; i++)
            target[indices[i]] = _values[i];
    }

    public void CopyTo(ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, Length, _count);
        GetValues().CopyTo(editor.Values);
        GetIndices().CopyTo(editor.Indices);
        destination = editor.Commit();
    }

    public void CopyToDense(ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, Length);
        CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public static void Copy(T[] source, int sourceIndex, ref VBuffer<T> destination, int length)
    {
        var editor = VBufferEditor.Create(ref destination, length);
        source.AsSpan(sourceIndex, length).CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public IEnumerable<T> DenseValues() => Items(all: true).Select(item => item.Value);

    /// <summary>Slots with their values: the explicit ones, or every one of them if <paramref name="all"/> is set.</summary>
    public IEnumerable<KeyValuePair<int, T>> Items(bool all = false)
    {
        if (!all)
        {
            for (int i = 0; i < _count; i++)
                yield return new(IsDense ? i : _indices[i], _values[i]);
            yield break;
        }
        for (int slot = 0, i = 0; slot < Length; slot++)
        {
            bool isExplicit = i < _count && (IsDense || _indices[i] == slot);
            yield return new(slot, isExplicit ? _values[i++] : default);
        }
    }

    /// <summary>Enumerates the whole buffer behind the vector, as the original does; <see cref="DenseValues"/> gives the values.</summary>
    public IEnumerator GetEnumerator() => _values.GetEnumerator();

    public override string ToString() =>
        IsDense ? $"Dense vector of size {Length}" : $"Sparse vector of size {Length}, {_count} explicit values";

    internal VBufferEditor<T> Edit(int length, int count, int maxCapacity, bool keepOld, bool indicesOnDense)
    {
        var values = _values;
        bool createdValues = Grow(ref values, count, maxCapacity, keepOld);
        var indices = _indices;
        bool createdIndices = (count < length || indicesOnDense) && Grow(ref indices, count, maxCapacity, keepOld);
        return new VBufferEditor<T>(length, count, values, indices, indicesOnDense, createdValues, createdIndices);
    }

    internal VBufferEditor<T> Edit() => Edit(Length, _count, Array.MaxLength, keepOld: false, indicesOnDense: false);

    private static bool Grow<TItem>(ref TItem[] array, int size, int maxCapacity, bool keepOld)
    {
        if (array != null && array.Length >= size)
            return false;
        int capacity = (int)Math.Min(Math.Max(2L * (array?.Length ?? 0), size), maxCapacity);
        if (keepOld)
            Array.Resize(ref array, Math.Max(capacity, size));
        else
            array = new TItem[Math.Max(capacity, size)];
        return true;
    }
}
