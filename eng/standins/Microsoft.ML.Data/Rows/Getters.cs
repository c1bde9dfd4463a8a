using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Gives getters as delegates of the type asked for, with the errors that a wrong question deserves.</summary>
internal static class Getters
{
    public static ValueGetter<TValue> Cast<TValue>(Delegate getter) => getter as ValueGetter<TValue>
        ?? throw new InvalidOperationException(
            $"Invalid TValue in GetGetter: '{typeof(TValue)}', expected type: '{getter.GetType().GetGenericArguments()[0]}'.");

    /// <summary>The getter of a column whose type is only known at run time.</summary>
    public static Delegate Get(DataViewRow row, DataViewSchema.Column column) =>
        Generic.Invoke<Delegate>(GetTyped<int>, column.Type.RawType, row, column);

    public static bool[] ActiveFlags(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columnsNeeded)
    {
        var active = new bool[schema.Count];
        foreach (var column in columnsNeeded ?? [])
        {
            if (column.Index >= schema.Count || schema[column.Index].Name != column.Name)
                throw new ArgumentOutOfRangeException(nameof(columnsNeeded), $"Column '{column.Name}' is not of this schema.");
            active[column.Index] = true;
        }
        return active;
    }

    public static void CheckActive(DataViewRow row, DataViewSchema.Column column) =>
        Contracts.CheckParam(row.IsColumnActive(column), nameof(column), $"Requested column '{column.Name}' is not active.");

    private static Delegate GetTyped<TValue>(DataViewRow row, DataViewSchema.Column column) => row.GetGetter<TValue>(column);
}
