using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>The distinct values seen in a column, numbered from 1 as keys.</summary>
internal abstract class TermMap
{
    public abstract int Count { get; }

    public abstract PrimitiveDataViewType ItemType { get; }

    public static TermMap Create(PrimitiveDataViewType itemType) =>
        (TermMap)Activator.CreateInstance(typeof(TermMap<>).MakeGenericType(itemType.RawType), itemType);

    public static TermMap Load(ModelLoadContext ctx)
    {
        var kind = (DataKind)ctx.Reader.ReadByte();
        var map = Create(kind.ToPrimitiveType());
        map.LoadTerms(ctx.Reader);
        return map;
    }

    public void Save(ModelSaveContext ctx)
    {
        ctx.Writer.Write((byte)DataKinds.FromType(ItemType.RawType).Value);
        SaveTerms(ctx.Writer);
    }

    /// <summary>Adds the column's values in the order of their first appearance, until there are as many as wanted.</summary>
    public abstract void AddColumn(IDataView data, DataViewSchema.Column column, int maximumCount);

    /// <summary>Numbers the values anew, in rising order; text by its characters' codes.</summary>
    public abstract void Sort();

    /// <summary>A getter of the keys of the input column's values; 0 where there is none.</summary>
    public abstract Delegate CreateKeyGetter(DataViewRow row, DataViewSchema.Column input);

    public abstract void AddKeyValues(DataViewSchema.Annotations.Builder annotations, bool asText);

    protected abstract void SaveTerms(BinaryWriter writer);

    protected abstract void LoadTerms(BinaryReader reader);
}

internal sealed class TermMap<TTerm>(PrimitiveDataViewType itemType) : TermMap
{
    private readonly List<TTerm> _terms = [];
    private readonly Dictionary<TTerm, uint> _keys = new(TermComparer.Equality<TTerm>());

    public override int Count => _terms.Count;

    public override PrimitiveDataViewType ItemType => itemType;

    public override void AddColumn(IDataView data, DataViewSchema.Column column, int maximumCount)
    {
        using var cursor = data.GetRowCursor([column]);
        if (column.Type is VectorDataViewType)
        {
            var getter = cursor.GetGetter<VBuffer<TTerm>>(column);
            VBuffer<TTerm> vector = default;
            while (Count < maximumCount && cursor.MoveNext())
            {
                getter(ref vector);
                foreach (var term in vector.DenseValues().TakeWhile(_ => Count < maximumCount))
                    Add(term);
            }
        }
        else
        {
            var getter = cursor.GetGetter<TTerm>(column);
            TTerm term = default;
            while (Count < maximumCount && cursor.MoveNext())
            {
                getter(ref term);
                Add(term);
            }
        }
    }

    public override void Sort()
    {
        var sorted = _terms.Order(TermComparer.Order<TTerm>()).ToArray();
        _terms.Clear();
        _keys.Clear();
        foreach (var term in sorted)
            Add(term);
    }

    public override Delegate CreateKeyGetter(DataViewRow row, DataViewSchema.Column input)
    {
        if (input.Type is VectorDataViewType)
        {
            var getVector = row.GetGetter<VBuffer<TTerm>>(input);
            VBuffer<TTerm> vector = default;
            return (ValueGetter<VBuffer<uint>>)((ref VBuffer<uint> keys) =>
            {
                getVector(ref vector);
                var editor = VBufferEditor.Create(ref keys, vector.Length);
                foreach (var (slot, item) in vector.Items(all: true))
                    editor.Values[slot] = KeyOf(item);
                keys = editor.Commit();
            });
        }
        var getter = row.GetGetter<TTerm>(input);
        TTerm term = default;
        return (ValueGetter<uint>)((ref uint key) =>
        {
            getter(ref term);
            key = KeyOf(term);
        });
    }

    public override void AddKeyValues(DataViewSchema.Annotations.Builder annotations, bool asText)
    {
        if (Count == 0)
            return;
        if (asText)
            Add(TextDataViewType.Instance, _terms.Select(term => $"{term}".AsMemory()).ToArray());
        else
            Add(itemType, _terms.ToArray());

        void Add<TValue>(PrimitiveDataViewType type, TValue[] values) => annotations.Add(
            AnnotationUtils.Kinds.KeyValues,
            new VectorDataViewType(type, values.Length),
            (ref VBuffer<TValue> destination) => VBuffer<TValue>.Copy(values, 0, ref destination, values.Length));
    }

    protected override void SaveTerms(BinaryWriter writer)
    {
        writer.Write(_terms.Count);
        foreach (var term in _terms)
            PrimitiveCodec.Write(writer, term);
    }

    protected override void LoadTerms(BinaryReader reader)
    {
        for (int count = reader.ReadInt32(); count > 0; count--)
            Contracts.CheckDecode(Add(PrimitiveCodec.Read<TTerm>(reader)), "Corrupt model file: a term appears twice.");
    }

    private uint KeyOf(TTerm term) => _keys.TryGetValue(term, out uint key) ? key : 0;

    // A text may share its memory with a whole file, so the map keeps a copy.
    private bool Add(TTerm term)
    {
        if (TermComparer.IsMissing(term))
            return false;
        if (_keys.ContainsKey(term))
            return false;
        if (term is ReadOnlyMemory<char> text)
            term = (TTerm)(object)text.ToString().AsMemory();
        _terms.Add(term);
        _keys.Add(term, (uint)_terms.Count);
        return true;
    }
}
