using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            // The same module with other types or on other devices.
            public partial class Module
            {
                protected internal virtual Module _to(Device device, ScalarType dtype, bool non_blocking)
                {
                    Convert(InitializeDevice(device), dtype);
                    return this;
                }

                protected internal virtual Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
                {
                    Convert(InitializeDevice(new Device(deviceType, deviceIndex)), null);
                    return this;
                }

                protected internal virtual Module _to(ScalarType dtype, bool non_blocking)
                {
                    Convert(null, dtype);
                    return this;
                }

                private void Convert(Device? device, ScalarType? type)
                {
                    if (type is { } given && !given.IsFloatingPoint())
                        throw new ArgumentException($"nn.Module.to only accepts floating point or complex types, but got desired dtype={given}");
                    foreach (var module in ownModules.Values) module.Convert(device, type);

                    foreach (var (name, old) in ownParameters.ToArray())
                    {
                        if (!Differs(old, device, type)) continue;
                        using var moved = Moved(old, device, type);
                        using var grad = old.grad;
                        var parameter = new Parameter(moved, old.requires_grad);
                        parameter.DetachFromDisposeScope();
                        if (grad is not null)
                        {
                            using var movedGrad = Moved(grad, device, type);
                            parameter.grad = movedGrad;
                        }
                        old.Dispose();
                        Replace(name, parameter);
                        ownParameters[name] = parameter;
                    }
                    foreach (var (name, (old, persistent)) in ownBuffers.ToArray())
                    {
                        if (!Differs(old, device, type)) continue;
                        var buffer = Moved(old, device, type).DetachFromDisposeScope();
                        old.Dispose();
                        Replace(name, buffer);
                        ownBuffers[name] = (buffer, persistent);
                    }
                }

                private static bool Differs(Tensor tensor, Device? device, ScalarType? type) =>
                    device is not null && (tensor.device_type != device.type || tensor.device_index != device.index)
                    || type is not null && tensor.is_floating_point() && tensor.dtype != type;

                private static Tensor Moved(Tensor tensor, Device? device, ScalarType? type)
                {
                    using var _ = no_grad();
                    return tensor.to(type is { } given && tensor.is_floating_point() ? given : tensor.dtype, device ?? tensor.device);
                }

                private void Replace(string component, Tensor value)
                {
                    foreach (var field in GetType().GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance))
                        if (field.ComponentName() == component) field.SetValue(this, value);
                }
            }
        }
    }

    public static class ModuleExtensionMethods
    {
        public static T to<T>(this T module, torch.Device device, bool non_blocking = false) where T : torch.nn.Module =>
            (T)module._to(device.type, device.index, non_blocking);
        public static T to<T>(this T module, torch.ScalarType type, bool non_blocking = false) where T : torch.nn.Module =>
            (T)module._to(type, non_blocking);
        public static T to<T>(this T module, torch.Device device, torch.ScalarType type, bool non_blocking = false) where T : torch.nn.Module =>
            (T)module._to(device, type, non_blocking);
        public static T to<T>(this T module, DeviceType deviceType, int deviceIndex = -1, bool non_blocking = false) where T : torch.nn.Module =>
            (T)module._to(deviceType, deviceIndex, non_blocking);
        public static T cpu<T>(this T module, bool non_blocking = false) where T : torch.nn.Module => (T)module._to(DeviceType.CPU, -1, non_blocking);
        public static T half<T>(this T module, bool non_blocking = false) where T : torch.nn.Module =>
            (T)module._to(torch.ScalarType.Float16, non_blocking);
        public static T bfloat16<T>(this T module, bool non_blocking = false) where T : torch.nn.Module =>
            (T)module._to(torch.ScalarType.BFloat16, non_blocking);
        public static T @float<T>(this T module, bool non_blocking = false) where T : torch.nn.Module =>
            (T)module._to(torch.ScalarType.Float32, non_blocking);
        public static T @double<T>(this T module, bool non_blocking = false) where T : torch.nn.Module =>
            (T)module._to(torch.ScalarType.Float64, non_blocking);
    }
}
