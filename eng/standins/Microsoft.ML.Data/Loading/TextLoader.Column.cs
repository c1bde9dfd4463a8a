using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

public sealed partial class TextLoader
{
    /// <summary>A column, and the fields that it is made from.</summary>
    public sealed class Column
    {
        public string Name;

        public Column()
        {
        }

        public Column(string name, DataKind dataKind, int index)
        {
            Contracts.CheckNonEmpty(name, nameof(name));
            Contracts.CheckParam(index >= 0, nameof(index), "Must be non-negative");
            Name = name;
            DataKind = dataKind;
            Start = End = index;
        }

        public Column(string name, DataKind dataKind, int minIndex, int maxIndex) : this(name, dataKind, minIndex)
        {
            Contracts.CheckParam(maxIndex >= minIndex, nameof(maxIndex), $"Must be at least {nameof(minIndex)}");
            End = maxIndex;
            IsVector = true;
        }

        public DataKind DataKind { get; set; } = DataKind.Single;

        internal int Start { get; init; }

        internal int End { get; init; }

        internal bool IsVector { get; init; }

        internal ulong? KeyCount { get; init; }

        internal PrimitiveDataViewType ItemType => KeyCount is { } count
            ? new KeyDataViewType(DataKind.ToPrimitiveType().RawType, count)
            : DataKind.ToPrimitiveType();

        internal DataViewType ColumnType => IsVector ? new VectorDataViewType(ItemType, End - Start + 1) : ItemType;

        internal static Column Load(ModelLoadContext ctx) => new()
        {
            Name = ctx.LoadNonEmptyString(),
            DataKind = (DataKind)ctx.Reader.ReadByte(),
            Start = ctx.Reader.ReadInt32(),
            End = ctx.Reader.ReadInt32(),
            IsVector = ctx.Reader.ReadBoolean(),
            KeyCount = ctx.Reader.ReadBoolean() ? ctx.Reader.ReadUInt64() : null,
        };

        internal void Save(ModelSaveContext ctx)
        {
            ctx.SaveNonEmptyString(Name);
            ctx.Writer.Write((byte)DataKind);
            ctx.Writer.Write(Start);
            ctx.Writer.Write(End);
            ctx.Writer.Write(IsVector);
            ctx.Writer.Write(KeyCount.HasValue);
            if (KeyCount is { } count)
                ctx.Writer.Write(count);
        }
    }
}
