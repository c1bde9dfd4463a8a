namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Says which methods have no use for a setting that all others share.</summary>
/// <param name="methods">The methods.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NotForAttribute(params MethodName[] methods) : Attribute
{
    public IReadOnlyList<MethodName> Methods { get; } = methods;
}
