namespace TorchSharp;

/// <summary>A bool of one byte, as C++ has it: source-generated marshalling takes it as it is.</summary>
internal readonly record struct Flag(byte Value)
{
    public static implicit operator Flag(bool value) => new(value ? (byte)1 : (byte)0);
    public static implicit operator bool(Flag flag) => flag.Value != 0;
}
