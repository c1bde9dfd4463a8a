using System.Globalization;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AutoML;

/// <summary>Hears how an experiment goes.</summary>
public interface IMonitor
{
    void ReportCompletedTrial(TrialResult result);

    void ReportBestTrial(TrialResult result);

    void ReportFailTrial(TrialSettings settings, Exception exception = null);

    void ReportRunningTrial(TrialSettings settings);
}

/// <summary>Writes it to the log of the context.</summary>
internal sealed class MLContextMonitor(IChannel channel) : IMonitor
{
    public void ReportRunningTrial(TrialSettings settings) => Write($"Update Running Trial - Id: {settings.TrialId}");

    public void ReportCompletedTrial(TrialResult result) =>
        Write($"Update Completed Trial - Id: {result.TrialSettings.TrialId} - Metric: {result.Metric} - Duration: {result.DurationInMilliseconds}");

    public void ReportBestTrial(TrialResult result) => Write($"Update Best Trial - Id: {result.TrialSettings.TrialId} - Metric: {result.Metric}");

    public void ReportFailTrial(TrialSettings settings, Exception exception = null) => Write($"Update Failed Trial - Id: {settings.TrialId}");

    private void Write(FormattableString message) => channel.Info(MessageSensitivity.None, message.ToString(CultureInfo.InvariantCulture));
}
