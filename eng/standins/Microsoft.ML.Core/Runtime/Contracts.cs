namespace Microsoft.ML.Runtime;

/// <summary>Checks, with the exception types of the original.</summary>
internal static class Contracts
{
    public static void CheckAlive(this IHostEnvironment env)
    {
        if (env is ICancelable { IsCanceled: true })
            throw env.Process(new OperationCanceledException("Operation was canceled."));
    }

    public static void Check(bool condition, string message)
    {
        if (!condition)
            throw new InvalidOperationException(message);
    }

    public static void CheckParam(bool condition, string paramName, string message)
    {
        if (!condition)
            throw new ArgumentOutOfRangeException(paramName, message);
    }

    public static void CheckValue<T>(T value, string paramName) where T : class => ArgumentNullException.ThrowIfNull(value, paramName);

    public static void CheckNonEmpty(string value, string paramName) =>
        CheckParam(!string.IsNullOrEmpty(value), paramName, $"{paramName} cannot be null or empty");

    public static void CheckDecode(bool condition, string message)
    {
        if (!condition)
            throw new FormatException(message);
    }

    public static Exception ExceptMissingColumn(string paramName, string columnRole, string columnName) =>
        new ArgumentOutOfRangeException(paramName, $"Could not find {columnRole} column '{columnName}'");

    public static Exception ExceptSchemaMismatch(string paramName, string columnRole, string columnName, string expectedType, string actualType) =>
        new ArgumentOutOfRangeException(paramName, $"Schema mismatch for {columnRole} column '{columnName}': expected {expectedType}, got {actualType}");
}
