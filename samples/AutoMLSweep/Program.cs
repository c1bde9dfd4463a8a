// Sweeps the parameters of BlockLLM fine-tuning with AutoML on a sample of the rows: a table of trials, the best parameters, a model fitted with them on all rows, test data included.
//
//   AutoMLSweep [--data messages.tsv] [--model best-model.zip] [--seconds 600] [--trials N] [--rows 2000]
//
// The data is a file of tab-separated lines, label and text, with a header. Default: the SpamAssassin e-mails.
using Microsoft.ML.BlockLlm.Setup;

var arguments = Arguments.Parse(args);
if (arguments is null)
{
    Console.Error.WriteLine("usage: AutoMLSweep [--data FILE] [--model FILE] [--seconds N] [--trials N] [--rows N]");
    return 2;
}
if (!File.Exists(arguments.DataPath))
{
    Console.Error.WriteLine($"There is no data file '{arguments.DataPath}'. Fetch the e-mails with 'dotnet run --project eng/setup -- spam-assassin', or name a file with --data.");
    return 1;
}
if (!Directory.Exists(CacheFolder.UseLite))
{
    Console.Error.WriteLine("The model that is fine-tuned is not there. Fetch it with 'dotnet run --project eng/setup -- use-lite'.");
    return 1;
}
try
{
    // Before the sweep, which would be for nothing if its model could not be saved.
    Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(arguments.ModelPath))!);
}
catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"The folder of the model file '{arguments.ModelPath}' cannot be made: {exception.Message.TrimEnd('.')}. Name another file with --model.");
    return 1;
}
try
{
    await Sweep.RunAsync(arguments);
    return 0;
}
catch (TimeoutException)
{
    Console.Error.WriteLine($"In {arguments.Seconds} seconds no trial was completed. Give the sweep more time with --seconds, or fewer rows with --rows.");
    return 1;
}
