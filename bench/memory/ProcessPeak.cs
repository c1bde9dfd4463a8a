/// <summary>The largest resident memory of this process since a moment of our choice.</summary>
internal static class ProcessPeak
{
    /// <summary>Lets the system forget the peak so far (Linux, proc(5)).</summary>
    public static void Reset() => File.WriteAllText("/proc/self/clear_refs", "5");
}
