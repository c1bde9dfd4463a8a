// Laid out as ML.NET Model Builder generates it: how the model is trained, and trained again with other data.
using Microsoft.ML;
using Microsoft.ML.BlockLlm;
using Microsoft.ML.BlockLlm.Models;

namespace Messages_ConsoleApp;

public partial class Messages
{
    public const string RetrainFilePath = @"messages.tsv";
    public const char RetrainSeparatorChar = '\t';
    public const bool RetrainHasHeader = true;
    public const bool RetrainAllowQuoting = false;

    /// <summary>
    /// The language model that is fine-tuned: a folder, or a name on the Hugging Face hub.
    /// </summary>
    public const string RetrainPretrainedModel = @"sentence-transformers/all-MiniLM-L6-v2";

    /// <summary>
    /// Train a new model with the provided dataset.
    /// </summary>
    /// <param name="outputModelPath">File path for saving the model. Should be similar to "C:\YourPath\ModelName.mlnet".</param>
    /// <param name="inputDataFilePath">Path to the data file for training.</param>
    /// <param name="separatorChar">Separator character for delimited training file.</param>
    /// <param name="hasHeader">Boolean if training file has a header.</param>
    /// <param name="allowQuoting">Boolean if training file allows quoting.</param>
    /// <param name="pretrainedModel">Folder or hub name of the language model that is fine-tuned.</param>
    public static void Train(
        string outputModelPath, string inputDataFilePath = RetrainFilePath, char separatorChar = RetrainSeparatorChar, bool hasHeader = RetrainHasHeader,
        bool allowQuoting = RetrainAllowQuoting, string pretrainedModel = RetrainPretrainedModel)
    {
        var mlContext = new MLContext(seed: 1);

        var data = LoadIDataViewFromFile(mlContext, inputDataFilePath, separatorChar, hasHeader, allowQuoting);
        var model = RetrainModel(mlContext, data, pretrainedModel);
        using var disposing = model as IDisposable;
        SaveModel(mlContext, model, data, outputModelPath);
    }

    /// <summary>
    /// Load an IDataView from a file path.
    /// </summary>
    /// <param name="mlContext">The common context for all ML.NET operations.</param>
    /// <param name="inputDataFilePath">Path to the data file for training.</param>
    /// <param name="separatorChar">Separator character for delimited training file.</param>
    /// <param name="hasHeader">Boolean if training file has a header.</param>
    /// <param name="allowQuoting">Boolean if training file allows quoting.</param>
    /// <returns>IDataView with loaded training data.</returns>
    public static IDataView LoadIDataViewFromFile(MLContext mlContext, string inputDataFilePath, char separatorChar, bool hasHeader, bool allowQuoting) =>
        mlContext.Data.LoadFromTextFile<ModelInput>(inputDataFilePath, separatorChar, hasHeader, allowQuoting: allowQuoting);

    /// <summary>
    /// Save a model at the specified path.
    /// </summary>
    /// <param name="mlContext">The common context for all ML.NET operations.</param>
    /// <param name="model">Model to save.</param>
    /// <param name="data">IDataView used to train the model.</param>
    /// <param name="modelSavePath">File path for saving the model. Should be similar to "C:\YourPath\ModelName.mlnet".</param>
    public static void SaveModel(MLContext mlContext, ITransformer model, IDataView data, string modelSavePath)
    {
        using var file = File.Create(modelSavePath);
        mlContext.Model.Save(model, data.Schema, file);
    }

    /// <summary>
    /// Retrain model using the pipeline generated as part of the training process.
    /// </summary>
    /// <param name="mlContext">The common context for all ML.NET operations.</param>
    /// <param name="trainData">IDataView with the training data.</param>
    /// <param name="pretrainedModel">Folder or hub name of the language model that is fine-tuned.</param>
    /// <returns>The trained model.</returns>
    public static ITransformer RetrainModel(MLContext mlContext, IDataView trainData, string pretrainedModel = RetrainPretrainedModel) =>
        BuildPipeline(mlContext, pretrainedModel).Fit(trainData);

    /// <summary>
    /// Build the pipeline that is used from Model Builder. Use this function to retrain the model.
    /// </summary>
    /// <param name="mlContext">The common context for all ML.NET operations.</param>
    /// <param name="pretrainedModel">Folder or hub name of the language model that is fine-tuned.</param>
    /// <returns>The pipeline, not trained yet.</returns>
    public static IEstimator<ITransformer> BuildPipeline(MLContext mlContext, string pretrainedModel = RetrainPretrainedModel)
    {
        var languageModel = Directory.Exists(pretrainedModel) ? PretrainedModel.FromDirectory(pretrainedModel) : PretrainedModel.FromHub(pretrainedModel);

        // Data process configuration with pipeline data transformations
        return mlContext.Transforms.Conversion.MapValueToKey(outputColumnName: @"Label", inputColumnName: @"Label")
            .Append(mlContext.TextClassification.Trainers.BlockLlm(new BlockLlmTextClassificationOptions
            {
                Model = languageModel,
                LabelColumnName = @"Label",
                TextColumnName = @"Text",
                Epochs = 15,
                BatchSize = 8,
            }))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue(outputColumnName: @"PredictedLabel", inputColumnName: @"PredictedLabel"));
    }
}
