namespace Microsoft.ML;

/// <summary>Writes the current row's value of one column; a buffer passed in may be reused.</summary>
public delegate void ValueGetter<TValue>(ref TValue value);
