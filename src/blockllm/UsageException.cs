namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>The command line or the configuration file is wrong; the message says where and what to write instead.</summary>
internal sealed class UsageException(string message, Exception? innerException = null) : Exception(message, innerException);
