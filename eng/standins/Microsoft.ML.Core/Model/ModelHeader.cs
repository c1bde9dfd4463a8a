using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>The 256 bytes before a model block: where the block, its strings and the loader's assembly name are, and what wrote it.</summary>
internal sealed class ModelHeader
{
    public const int Size = 256;

    private const ulong Signature = 0x4C45444F4D004C4D;
    private const ulong TailSignature = 0x4D4C004D4F44454C;
    private const uint Version = 0x00010002;
    private const int LoaderSignatureLength = 24;

    private long _fpModel = Size;
    private long _cbModel;
    private long _fpStringTable;
    private long _cbStringTable;
    private long _fpStringChars;
    private long _cbStringChars;
    private long _fpTail;
    private long _fpLim;
    private long _fpAssemblyName;
    private uint _cbAssemblyName;

    public ulong ModelSignature { get; private set; }

    public uint ModelVerWritten { get; private set; }

    public uint ModelVerReadable { get; private set; }

    public string LoaderSignature { get; private set; } = "";

    public string LoaderSignatureAlt { get; private set; } = "";

    public void SetVersionInfo(VersionInfo version)
    {
        ModelSignature = version.ModelSignature;
        ModelVerWritten = version.VerWrittenCur;
        ModelVerReadable = version.VerReadableCur;
        LoaderSignature = version.LoaderSignature ?? "";
        LoaderSignatureAlt = version.LoaderSignatureAlt ?? "";
    }

    public void CheckVersionInfo(VersionInfo version)
    {
        Contracts.CheckDecode(ModelSignature == version.ModelSignature, "Unknown file type");
        Contracts.CheckDecode(ModelVerReadable <= ModelVerWritten, "Corrupt file header");
        Contracts.CheckDecode(ModelVerReadable <= version.VerWrittenCur,
            $"Component '{version.LoaderSignature}' of the model is too new: it needs version {ModelVerReadable:X8}, this one reads up to {version.VerWrittenCur:X8}.");
        Contracts.CheckDecode(ModelVerWritten >= version.VerWeCanReadBack,
            $"Component '{version.LoaderSignature}' of the model is too old: it has version {ModelVerWritten:X8}, this one reads from {version.VerWeCanReadBack:X8} on.");
    }

    public void BeginWrite(BinaryWriter writer) => writer.Write(new byte[Size]);

    /// <summary>Closes the model block: writes strings, assembly name and tail, then the header itself in the place kept for it.</summary>
    public void EndWrite(BinaryWriter writer, long fpMin, IReadOnlyList<string> strings, string loaderAssemblyName)
    {
        _cbModel = Position() - _fpModel;
        if (strings.Count > 0)
            WriteStrings();
        if (!string.IsNullOrEmpty(loaderAssemblyName))
        {
            _fpAssemblyName = Position();
            writer.Write(Encoding.Unicode.GetBytes(loaderAssemblyName));
            _cbAssemblyName = (uint)(Position() - _fpAssemblyName);
        }
        _fpTail = Position();
        writer.Write(TailSignature);
        _fpLim = Position();
        writer.Flush();
        writer.BaseStream.Position = fpMin;
        WriteFields(writer);
        writer.Flush();
        writer.BaseStream.Position = fpMin + _fpLim;

        void WriteStrings()
        {
            _fpStringTable = Position();
            long end = 0;
            foreach (string text in strings)
                writer.Write(end += text.Length * sizeof(char));
            _cbStringTable = Position() - _fpStringTable;
            _fpStringChars = Position();
            foreach (string text in strings)
                writer.Write(Encoding.Unicode.GetBytes(text));
            _cbStringChars = Position() - _fpStringChars;
        }

        long Position()
        {
            writer.Flush();
            return writer.BaseStream.Position - fpMin;
        }
    }

    /// <summary>Reads and checks a header and what it points to, and leaves the reader at the model block.</summary>
    public static ModelHeader Read(BinaryReader reader, long fpMin, out string[] strings, out string loaderAssemblyName)
    {
        var stream = reader.BaseStream;
        Contracts.CheckDecode(stream.Length - fpMin >= Size, "Corrupt file header");
        var header = new ModelHeader();
        header.ReadFields(reader);
        header.CheckLayout(stream.Length - fpMin);

        stream.Position = fpMin + header._fpStringTable;
        var ends = new long[header._cbStringTable / sizeof(long)];
        for (int i = 0; i < ends.Length; i++)
            ends[i] = reader.ReadInt64();
        strings = new string[ends.Length];
        long start = 0;
        for (int i = 0; i < ends.Length; start = ends[i++])
        {
            Contracts.CheckDecode(start <= ends[i] && ends[i] <= header._cbStringChars && ends[i] % sizeof(char) == 0, "Corrupt model strings");
            stream.Position = fpMin + header._fpStringChars + start;
            strings[i] = Encoding.Unicode.GetString(reader.ReadBytes((int)(ends[i] - start)));
        }
        stream.Position = fpMin + header._fpAssemblyName;
        loaderAssemblyName = header._fpAssemblyName == 0 ? null : Encoding.Unicode.GetString(reader.ReadBytes((int)header._cbAssemblyName));
        stream.Position = fpMin + header._fpTail;
        Contracts.CheckDecode(reader.ReadUInt64() == TailSignature, "Corrupt model file tail");
        stream.Position = fpMin + header._fpModel;
        return header;
    }

    /// <summary>Checks that the whole model block was read, and steps over what follows it.</summary>
    public void EndRead(BinaryReader reader, long fpMin)
    {
        Contracts.CheckDecode(reader.BaseStream.Position - fpMin == _fpModel + _cbModel, "The loader did not read the whole model block.");
        reader.BaseStream.Position = fpMin + _fpLim;
    }

    private void CheckLayout(long size)
    {
        long end = _fpModel + _cbModel;
        bool isSound = _fpModel == Size && _cbModel >= 0 && _cbStringTable >= 0 && _cbStringChars >= 0 && end <= size && _cbStringTable <= size && _cbStringChars <= size;
        if (_fpStringTable != 0)
        {
            isSound &= _fpStringTable == end && _cbStringTable % sizeof(long) == 0 && _fpStringChars == end + _cbStringTable;
            end += _cbStringTable + _cbStringChars;
        }
        else
        {
            isSound &= _cbStringTable == 0 && _cbStringChars == 0;
        }
        if (_fpAssemblyName != 0)
        {
            isSound &= _fpAssemblyName == end && _cbAssemblyName % sizeof(char) == 0;
            end += _cbAssemblyName;
        }
        Contracts.CheckDecode(isSound && _fpTail == end && _fpLim == end + sizeof(ulong) && _fpLim <= size, "Corrupt file header");
    }

    private void WriteFields(BinaryWriter writer)
    {
        writer.Write(Signature);
        writer.Write(Version);
        writer.Write(Version);
        foreach (long field in new[] { _fpModel, _cbModel, _fpStringTable, _cbStringTable, _fpStringChars, _cbStringChars })
            writer.Write(field);
        writer.Write(ModelSignature);
        writer.Write(ModelVerWritten);
        writer.Write(ModelVerReadable);
        WriteLoaderSignature(writer, LoaderSignature);
        WriteLoaderSignature(writer, LoaderSignatureAlt);
        writer.Write(_fpTail);
        writer.Write(_fpLim);
        writer.Write(_fpAssemblyName);
        writer.Write(_cbAssemblyName);
    }

    private void ReadFields(BinaryReader reader)
    {
        Contracts.CheckDecode(reader.ReadUInt64() == Signature, "Wrong file type");
        uint written = reader.ReadUInt32();
        uint readable = reader.ReadUInt32();
        Contracts.CheckDecode(readable <= written, "Corrupt file header");
        Contracts.CheckDecode(readable <= Version, "File is too new");
        Contracts.CheckDecode(written >= Version, "File is too old");
        _fpModel = reader.ReadInt64();
        _cbModel = reader.ReadInt64();
        _fpStringTable = reader.ReadInt64();
        _cbStringTable = reader.ReadInt64();
        _fpStringChars = reader.ReadInt64();
        _cbStringChars = reader.ReadInt64();
        ModelSignature = reader.ReadUInt64();
        ModelVerWritten = reader.ReadUInt32();
        ModelVerReadable = reader.ReadUInt32();
        LoaderSignature = ReadLoaderSignature(reader);
        LoaderSignatureAlt = ReadLoaderSignature(reader);
        _fpTail = reader.ReadInt64();
        _fpLim = reader.ReadInt64();
        _fpAssemblyName = reader.ReadInt64();
        _cbAssemblyName = reader.ReadUInt32();
    }

    private static void WriteLoaderSignature(BinaryWriter writer, string signature)
    {
        Contracts.Check(signature.Length <= LoaderSignatureLength, $"Loader signature '{signature}' is longer than {LoaderSignatureLength} characters.");
        var bytes = new byte[LoaderSignatureLength];
        Encoding.Latin1.GetBytes(signature, bytes);
        writer.Write(bytes);
    }

    private static string ReadLoaderSignature(BinaryReader reader) =>
        Encoding.Latin1.GetString(reader.ReadBytes(LoaderSignatureLength)).TrimEnd('\0');
}
