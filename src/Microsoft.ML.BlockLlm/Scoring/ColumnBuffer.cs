using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Scoring;

/// <summary>Keeps the values of one input column for the rows that a <see cref="ScoringCursor"/> has read ahead.</summary>
internal abstract class ColumnBuffer
{
    /// <summary>Reads the value of the input's current row.</summary>
    /// <param name="slot">The row's place in the buffer.</param>
    public abstract void Read(int slot);

    /// <summary>Makes a getter of the kept values.</summary>
    /// <param name="currentSlot">Gives the place of the row that the getter shall read.</param>
    public abstract Delegate CreateGetter(Func<int> currentSlot);

    /// <summary>Makes the buffer of a column.</summary>
    public static ColumnBuffer Create(DataViewRow input, DataViewSchema.Column column, int slots)
    {
        var type = column.Type.RawType;
        var buffer = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>)
            ? typeof(OfVectors<>).MakeGenericType(type.GetGenericArguments())
            : typeof(OfValues<>).MakeGenericType(type);
        return (ColumnBuffer)Activator.CreateInstance(buffer, input, column, slots)!;
    }

    private sealed class OfValues<T>(DataViewRow input, DataViewSchema.Column column, int slots) : ColumnBuffer
    {
        private readonly ValueGetter<T> _read = input.GetGetter<T>(column);
        private readonly T[] _values = new T[slots];

        public override void Read(int slot) => _read(ref _values[slot]);

        public override Delegate CreateGetter(Func<int> currentSlot) =>
            new ValueGetter<T>((ref T value) => value = _values[currentSlot()]);
    }

    /// <summary>The consumer may write into the vector that it gets, so it gets a copy.</summary>
    private sealed class OfVectors<T>(DataViewRow input, DataViewSchema.Column column, int slots) : ColumnBuffer
    {
        private readonly ValueGetter<VBuffer<T>> _read = input.GetGetter<VBuffer<T>>(column);
        private readonly VBuffer<T>[] _values = new VBuffer<T>[slots];

        public override void Read(int slot) => _read(ref _values[slot]);

        public override Delegate CreateGetter(Func<int> currentSlot) =>
            new ValueGetter<VBuffer<T>>((ref VBuffer<T> value) => _values[currentSlot()].CopyTo(ref value));
    }
}
