using Orchestrator.Cli.Api;
using Orchestrator.Cli.Host;

namespace Orchestrator.Cli.Demo;

/// <summary><c>orchestrator demo</c>: the main job on real input, and nothing left running after it.</summary>
internal static class DemoCommand
{
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Session session, DemoOptions options)
    {
        var plan = DemoPlan.Create(options, session.Repository);
        var request = new AppRequest("demo", options.Port, ReadFolders: [plan.Folder], WriteFolders: [Path.GetDirectoryName(plan.Report)!]);
        var result = await session.WithAppAsync(request, (app, stop) => RunAsync(session, app, plan, stop));

        DemoSummary.Print(session.Console, result, session.Time);
        return result.Failed.Any() ? ExitCode.Failure : ExitCode.Success;
    }

    private static async Task<DemoResult> RunAsync(Session session, IRunningApp app, DemoPlan plan, CancellationToken cancellationToken)
    {
        using var api = new TaskApi(app.Address, session.Time);
        IDemoProgress progress = session.Console.IsLive
            ? new LiveProgress(session.Console, session.Time)
            : new PlainProgress(session.Console, session.Time);
        var run = new DemoRun(api, progress, session.Time, $"demo-{Guid.NewGuid():N}");
        return await progress.ShowWhileAsync(() => run.RunAsync(plan, cancellationToken));
    }
}
