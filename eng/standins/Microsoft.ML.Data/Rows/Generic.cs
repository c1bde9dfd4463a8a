using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Calls generic methods with type arguments that are only known at run time.</summary>
internal static class Generic
{
    /// <summary>Calls the method with its single type argument replaced.</summary>
    public static TResult Invoke<TResult>(Delegate method, Type typeArgument, params object[] arguments) =>
        Invoke<TResult>(method, [typeArgument], arguments);

    /// <summary>Calls the method with its type arguments replaced.</summary>
    public static TResult Invoke<TResult>(Delegate method, Type[] typeArguments, params object[] arguments) =>
        (TResult)method.Method.GetGenericMethodDefinition().MakeGenericMethod(typeArguments)
            .Invoke(method.Target, BindingFlags.DoNotWrapExceptions, null, arguments, null);
}
