namespace System.Runtime.CompilerServices;

/// <summary>Lets this assembly use the internal members of another. The runtime knows the attribute by its name; no library declares it.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    /// <summary>Name of the other assembly.</summary>
    public string AssemblyName { get; } = assemblyName;
}
