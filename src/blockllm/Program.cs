using Microsoft.ML.BlockLlm.Tool;

return BlockLlmCommand.Run(args);
