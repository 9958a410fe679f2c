using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Orchestrator.Cli.Host;

namespace Orchestrator.Cli.Up;

/// <summary><c>orchestrator up</c>: the app and its storage on this machine until Ctrl-C.</summary>
internal static class UpCommand
{
    /// <returns>The exit code: Ctrl-C is the ordinary end.</returns>
    public static async Task<int> RunAsync(Session session, UpOptions options)
    {
        var folder = Path.GetFullPath(options.Folder ?? session.Repository.Path);
        if (!Directory.Exists(folder))
            throw new CommandException($"Folder {folder} does not exist: give --folder the folder that the sample agents may read.");

        Directory.CreateDirectory(session.Repository.ArtifactsFolder);
        var request = new AppRequest("up", options.Port, ReadFolders: [folder], WriteFolders: [session.Repository.ArtifactsFolder])
        {
            FirstKey = options.RequireKeys ? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)) : null,
        };
        return await session.WithAppAsync(request, async (app, stop) =>
        {
            Print(session, app, folder, request.FirstKey);
            var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = stop.Register(stopped.SetResult);
            await stopped.Task;
            return ExitCode.Success;
        });
    }

    private static void Print(Session session, IRunningApp app, string folder, string? key)
    {
        var input = new JsonObject
        {
            ["type"] = "files.list",
            ["input"] = new JsonObject { ["folder"] = folder, ["pattern"] = "*.md" },
        }.ToJsonString();
        session.Console.Line();
        session.Console.Line($"Tasks   {app.Address}api/tasks");
        session.Console.Line($"Health  {app.Address}api/health");
        session.Console.Line($"Reads   {folder}");
        session.Console.Line($"Writes  {session.Repository.ArtifactsFolder}");
        if (key is not null)
            session.Console.Line($"Key     {key} (an admin's, until Ctrl-C; for commands: export ORCHESTRATOR_API_KEY={key})");
        session.Console.Line();
        session.Console.Line("Try:");
        session.Console.Line($"  curl -i {(key is null ? "" : $"-H 'x-api-key: {key}' ")}-H 'content-type: application/json' -d '{input}' {app.Address}api/tasks");
        session.Console.Line();
        session.Console.Line("Ctrl-C stops everything.");
    }
}
