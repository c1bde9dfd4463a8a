namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class HubOptionsTests
{
    [TestMethod]
    public void Values_out_of_range_are_named()
    {
        Assert.Contains("MaxFruitlessAttempts", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new HubOptions { MaxFruitlessAttempts = 0 }).Message);
        Assert.Contains("StallTimeout", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new HubOptions { StallTimeout = TimeSpan.Zero }).Message);
        Assert.Contains("StallTimeout", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new HubOptions { StallTimeout = TimeSpan.FromDays(2) }).Message);
    }

    [TestMethod]
    public void Values_that_say_nothing_are_named()
    {
        Assert.Contains("Revision", Assert.ThrowsExactly<ArgumentException>(() => _ = new HubOptions { Revision = "" }).Message);
        Assert.Contains("CacheDirectory", Assert.ThrowsExactly<ArgumentException>(() => _ = new HubOptions { CacheDirectory = " " }).Message);
        Assert.Contains("Endpoint", Assert.ThrowsExactly<ArgumentException>(() => _ = new HubOptions { Endpoint = null! }).Message);
    }

    [TestMethod]
    [DataRow("hub/models")]
    [DataRow("ftp://hub.example/")]
    public void Endpoint_that_is_no_web_address_is_named(string endpoint) =>
        Assert.Contains(endpoint, Assert.ThrowsExactly<ArgumentException>(() => _ = new HubOptions { Endpoint = new Uri(endpoint, UriKind.RelativeOrAbsolute) }).Message);

    [TestMethod]
    public void A_stall_is_a_minute_by_default() => Assert.AreEqual(TimeSpan.FromMinutes(1), new HubOptions().StallTimeout);
}
