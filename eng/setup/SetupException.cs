namespace Microsoft.ML.BlockLlm.Setup;

/// <summary>Something could not be fetched or converted; the message is for the user.</summary>
internal sealed class SetupException(string message) : Exception(message);
