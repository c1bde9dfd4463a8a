// Serves the model that Messages_ConsoleApp has trained:
//
//   Messages_WebApi [--model Messages.mlnet] [--urls http://localhost:5000]
//   curl -X POST http://localhost:5000/predict -H "Content-Type: application/json" -d '{"text": "When will my order arrive?"}'
using Messages_ConsoleApp;
using Messages_WebApi;

var builder = WebApplication.CreateBuilder(args);
var modelFile = builder.Configuration["model"] ?? "Messages.mlnet";
if (!File.Exists(modelFile))
{
    Console.Error.WriteLine($"There is no model file '{modelFile}'. Make it with: Messages_ConsoleApp train, or name one with --model.");
    return 1;
}
builder.Services.AddSingleton(_ => new PredictionEnginePool<Messages.ModelInput, Messages.ModelOutput>(modelFile));
var app = builder.Build();

app.MapPost("/predict", (PredictionEnginePool<Messages.ModelInput, Messages.ModelOutput> pool, Messages.ModelInput input) =>
{
    var output = pool.Predict(input);
    return new { output.PredictedLabel, output.Score };
});

app.Run();
return 0;
