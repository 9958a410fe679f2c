using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.EndToEnd.Tests.Cli;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.EndToEnd.Tests.Verification;

/// <summary><c>orchestrator storage verify</c> against a running app.</summary>
public abstract class StorageVerifyTests(PlatformMode mode, AzuriteFixture azurite) : IAsyncLifetime
{
    private FunctionApp _app = null!;

    public async Task InitializeAsync() => _app = await FunctionApp.StartAsync(new FunctionAppSetup { ConnectionString = azurite.ConnectionString, Mode = mode });

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Verify_RowBroken_FoundThenRepairedThenClean()
    {
        var id = (await _app.Http.SubmitAsync("""{"type":"noop","tags":["red"]}""")).Text("id")!;
        await _app.Http.EndOfAsync(id);
        Assert.Equal((0, "1 tasks"), await RunAsync());
        await DeleteTypeIndexAsync();

        var (found, json) = await ReportAsync();
        Assert.Equal(1, found);
        var finding = Assert.Single(json.GetProperty("findings").EnumerateArray());
        Assert.Equal(("index_missing", id, "NotAsked", false), (finding.GetProperty("code").GetString(), finding.GetProperty("taskId").GetString(), finding.GetProperty("repair").GetString(), json.GetProperty("isClean").GetBoolean()));

        Assert.Equal(0, (await RunAsync("--repair")).ExitCode);
        Assert.Equal((0, "1 tasks"), await RunAsync());
        Assert.Equal(id, Assert.Single(await _app.Http.AllTasksAsync(filter: "&type=noop")).Id);
    }

    [Fact]
    public async Task Verify_WhileTasksRun_NoFalseAlarm()
    {
        const int Chains = 60;
        var submitting = Parallel.ForAsync(0, Chains, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, _) =>
        {
            var first = (await _app.Http.SubmitAsync($$"""{"type":"wait","input":{"duration":"PT0.3S"},"tags":["t{{number % 3}}"],"idempotencyKey":"key {{number}}"}""")).Text("id");
            await _app.Http.SubmitAsync($$"""{"type":"noop","input":{{number}},"dependsOn":["{{first}}"],"correlationId":"c{{number % 5}}"}""");
        });

        var rounds = 0;
        bool isOver;
        do
        {
            isOver = submitting.IsCompleted && (await _app.Http.AllTasksAsync()).All(task => task.IsOver);
            Assert.Equal([], await _app.Http.VerifyStorageAsync(repair: rounds++ % 2 == 1));
        }
        while (!isOver);

        await submitting;
        Assert.True(rounds > 1, "Nothing was verified while tasks ran.");
        Assert.Equal(2 * Chains, (await _app.Http.AllTasksAsync(filter: "&state=Succeeded")).Count);
    }

    private async Task<(int ExitCode, string Tasks)> RunAsync(params string[] more)
    {
        await using var command = OrchestratorCommand.Start(mode, ["storage", "verify", "--url", $"{_app.Http.BaseAddress}", .. more]);
        var exitCode = await command.ExitAsync();
        return (exitCode, command.Process.Output[^1].Split(" and ")[0]);
    }

    private async Task<(int ExitCode, JsonElement Report)> ReportAsync()
    {
        await using var command = OrchestratorCommand.Start(mode, "storage", "verify", "--url", $"{_app.Http.BaseAddress}", "--json");
        var exitCode = await command.ExitAsync();
        return (exitCode, JsonSerializer.Deserialize<JsonElement>(string.Concat(command.Process.Output)));
    }

    private async Task DeleteTypeIndexAsync()
    {
        var deleted = 0;
        await foreach (var table in new TableServiceClient(azurite.ConnectionString).QueryAsync(table => table.Name.CompareTo(_app.Setup.Name + "Tasks2") > 0 && table.Name.CompareTo(_app.Setup.Name + "Tasks3") < 0))
        {
            var client = new TableClient(azurite.ConnectionString, table.Name);
            await foreach (var row in client.QueryAsync<TableEntity>("RowKey ge 'y!' and RowKey lt 'z'"))
            {
                await client.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All);
                deleted++;
            }
        }

        Assert.Equal(1, deleted);
    }

    public sealed class Normal(AzuriteFixture azurite) : StorageVerifyTests(PlatformMode.Normal, azurite), IClassFixture<AzuriteFixture>;

    public sealed class Hostile(AzuriteFixture azurite) : StorageVerifyTests(PlatformMode.Hostile, azurite), IClassFixture<AzuriteFixture>;
}
