namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Turns what options records say of a value into what a user of flags can read.</summary>
internal static class OptionErrors
{
    /// <summary>Makes options; what is wrong with a value becomes wrong usage.</summary>
    public static T Checked<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException exception) when (exception.ParamName is { } name)
        {
            // The message goes on with the name of the parameter and the value, in words for programmers.
            var sentence = exception.Message.Split(" (Parameter", 2)[0].Replace(name, KebabCase.Of(name));
            var value = exception is ArgumentOutOfRangeException { ActualValue: { } actual } ? FormattableString.Invariant($" It is {actual}.") : "";
            throw new UsageException(sentence + value, exception);
        }
    }
}
