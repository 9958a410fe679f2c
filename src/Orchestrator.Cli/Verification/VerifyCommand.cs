using System.Text.Encodings.Web;
using System.Text.Json;
using Orchestrator.Cli.Api;

namespace Orchestrator.Cli.Verification;

/// <summary><c>orchestrator storage verify</c>: has a running app check its storage, stretch by stretch.</summary>
internal static class VerifyCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Session session, AppAccess access, VerifyOptions options)
    {
        using var api = new TaskApi(access, session.Time);
        var report = await CheckAsync(session, api, options.Repair);
        if (options.Json)
            session.Console.Line(JsonSerializer.Serialize(report, Json));
        else
            Print(session, report);
        return report.IsClean ? ExitCode.Success : ExitCode.Failure;
    }

    private static async Task<VerifyReport> CheckAsync(Session session, TaskApi api, bool repair)
    {
        var report = new VerifyReport(0, 0, []);
        for (string? token = null; ;)
        {
            var stretch = await api.VerifyStorageAsync(token, repair, session.Signals.Stop);
            report = new VerifyReport(report.Tasks + stretch.Tasks, report.Rows + stretch.Rows, [.. report.Findings, .. stretch.Findings]);
            token = stretch.ContinuationToken;
            if (token is null)
                return report;

            // Not among the report, which may go into a file.
            session.Console.Error($"{report.Tasks} tasks, {report.Rows} rows checked, {report.Findings.Count} findings; at {stretch.Position}");
        }
    }

    private static void Print(Session session, VerifyReport report)
    {
        foreach (var finding in report.Findings)
        {
            session.Console.Line($"{finding.Code}{(finding.TaskId is null ? "" : $" {finding.TaskId}")}: {finding.Message}{Outcome(finding)}");
            session.Console.Line($"    {finding.Table} / {finding.Partition} / {finding.RowKey}");
        }

        var repaired = report.Findings.Count(finding => finding.Repair == StorageFindingView.Repaired);
        session.Console.Line($"{report.Tasks} tasks and {report.Rows} rows checked: {report.Findings.Count} findings{(repaired > 0 ? $", {repaired} of them repaired" : "")}.");
    }

    private static string Outcome(StorageFindingView finding) => finding.Repair switch
    {
        StorageFindingView.Repaired => " Repaired.",
        "Changed" => " It has changed meanwhile and was left alone.",
        "NotRepairable" => " It cannot be repaired.",
        _ => "",
    };
}
