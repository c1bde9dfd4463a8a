// Copies an assembly with its internal types and members made public, to compile against. Only visibility flags change,
// in place; at run time the original is loaded, and IgnoresAccessChecksToAttribute opens it.
//
//   publicize SOURCE.dll TARGET.dll
using Publicize;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: publicize SOURCE.dll TARGET.dll");
    return 2;
}
byte[] image = File.ReadAllBytes(args[0]);
VisibilityPatch.Apply(image);
Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(args[1]))!);
File.WriteAllBytes(args[1], image);
return 0;
