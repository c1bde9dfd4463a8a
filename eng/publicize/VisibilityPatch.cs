using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Publicize;

/// <summary>
/// Widens the visibility flags in the metadata tables of an assembly (ECMA-335 II.22.15, II.22.26, II.22.37):
/// internal becomes public, private protected becomes protected. Private stays private, and so explicit interface
/// implementations stay as they are. Whole tables change alike, so an override keeps the visibility of what it overrides.
/// </summary>
internal static class VisibilityPatch
{
    // A method's row starts with its address (4 bytes) and implementation flags (2 bytes); types and fields start with their flags.
    private const int MethodFlagsOffset = 6;

    public static void Apply(byte[] image)
    {
        using var pe = new PEReader(ImmutableArray.Create(image));
        var metadata = pe.GetMetadataReader();
        int start = pe.PEHeaders.MetadataStartOffset;

        foreach (int row in Rows(TableIndex.TypeDef))
        {
            var flags = (TypeAttributes)BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(row));
            BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(row), (uint)Widen(flags));
        }
        foreach (int row in Rows(TableIndex.Field))
        {
            var flags = (FieldAttributes)BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(row));
            BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(row), (ushort)Widen(flags));
        }
        foreach (int row in Rows(TableIndex.MethodDef))
        {
            var span = image.AsSpan(row + MethodFlagsOffset);
            var flags = (MethodAttributes)BinaryPrimitives.ReadUInt16LittleEndian(span);
            BinaryPrimitives.WriteUInt16LittleEndian(span, (ushort)Widen(flags));
        }

        IEnumerable<int> Rows(TableIndex table)
        {
            int first = start + metadata.GetTableMetadataOffset(table);
            int size = metadata.GetTableRowSize(table);
            return Enumerable.Range(0, metadata.GetTableRowCount(table)).Select(i => first + (i * size));
        }
    }

    private static TypeAttributes Widen(TypeAttributes flags) => (flags & TypeAttributes.VisibilityMask) switch
    {
        TypeAttributes.NotPublic => flags | TypeAttributes.Public,
        TypeAttributes.NestedAssembly => With(flags, TypeAttributes.NestedPublic),
        TypeAttributes.NestedFamANDAssem => With(flags, TypeAttributes.NestedFamily),
        _ => flags,
    };

    private static FieldAttributes Widen(FieldAttributes flags) => (flags & FieldAttributes.FieldAccessMask) switch
    {
        FieldAttributes.Assembly => (flags & ~FieldAttributes.FieldAccessMask) | FieldAttributes.Public,
        FieldAttributes.FamANDAssem => (flags & ~FieldAttributes.FieldAccessMask) | FieldAttributes.Family,
        _ => flags,
    };

    private static MethodAttributes Widen(MethodAttributes flags) => (flags & MethodAttributes.MemberAccessMask) switch
    {
        MethodAttributes.Assembly => (flags & ~MethodAttributes.MemberAccessMask) | MethodAttributes.Public,
        MethodAttributes.FamANDAssem => (flags & ~MethodAttributes.MemberAccessMask) | MethodAttributes.Family,
        _ => flags,
    };

    private static TypeAttributes With(TypeAttributes flags, TypeAttributes visibility) =>
        (flags & ~TypeAttributes.VisibilityMask) | visibility;
}
