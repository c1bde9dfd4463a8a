using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        // What a module holds, by name.
        public partial class Module
        {
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<nint>();
                foreach (var (name, parameter) in ownParameters)
                    if (!parameter.IsInvalid && seen.Add(parameter.Handle)) yield return (name, parameter);
                if (!recurse) yield break;
                foreach (var (prefix, module) in ownModules)
                    foreach (var (name, parameter) in module.named_parameters(true))
                        if (seen.Add(parameter.Handle)) yield return ($"{prefix}.{name}", parameter);
            }

            /// <summary>The persistent buffers, whatever <paramref name="include_nonpersistent"/> says: the original never lists the others.</summary>
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var seen = new HashSet<nint>();
                foreach (var (name, (buffer, persistent)) in ownBuffers)
                    if (!buffer.IsInvalid && persistent && seen.Add(buffer.Handle)) yield return (name, buffer);
                if (!recurse) yield break;
                foreach (var (prefix, module) in ownModules)
                    foreach (var (name, buffer) in module.named_buffers(true, include_nonpersistent))
                        if (seen.Add(buffer.Handle)) yield return ($"{prefix}.{name}", buffer);
            }

            public virtual IEnumerable<(string name, Module module)> named_children() => ownModules.Select(entry => (entry.Key, entry.Value));

            /// <summary>The children first, then what each of them holds.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var (name, module) in ownModules) yield return (name, module);
                foreach (var (prefix, module) in ownModules)
                    foreach (var (name, descendant) in module.named_modules()) yield return ($"{prefix}.{name}", descendant);
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(entry => entry.parameter);
            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(entry => entry.buffer);
            public virtual IEnumerable<Module> children() => named_children().Select(entry => entry.module);
            public virtual IEnumerable<Module> modules() => named_modules().Select(entry => entry.module);

            public virtual Parameter? get_parameter(string target) =>
                ownParameters.TryGetValue(target, out var own) ? own
                : Inside(target, out var rest) is { } child ? child.get_parameter(rest) : null;

            private Module? Inside(string target, out string rest)
            {
                var dot = target.IndexOf('.', StringComparison.Ordinal);
                rest = target[(dot + 1)..];
                return dot < 0 ? null : named_children().FirstOrDefault(child => child.name == target[..dot]).module;
            }
        }
    }
}
