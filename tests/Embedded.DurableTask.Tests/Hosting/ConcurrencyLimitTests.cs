using Embedded.DurableTask.Client;
using Embedded.Functions.Discovery;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Embedded.DurableTask.Tests.Hosting;

/// <summary>
/// Semantics: host.json concurrency limits honoured. The work is held, so that more than the limit would be at work together if
/// anything let them.
/// </summary>
public sealed class ConcurrencyLimitTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IDisposable
{
    private const int Pieces = 12;

    private readonly WorkGate _gate = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("limits");

    [Theory]
    [InlineData("maxConcurrentActivityFunctions", 2)]
    [InlineData("maxConcurrentActivityFunctions", 5)]
    [InlineData("maxConcurrentOrchestratorFunctions", 1)]
    [InlineData("maxConcurrentOrchestratorFunctions", 3)]
    [InlineData("maxConcurrentEntityFunctions", 1)]
    [InlineData("maxConcurrentEntityFunctions", 4)]
    public async Task Work_OverTheLimitOfHostJson_WaitsForItsTurn(string key, int limit)
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "host.json"),
            $$"""{ "version": "2.0", "extensions": { "durableTask": { "hubName": "{{azurite.UniqueName()}}", "{{key}}": {{limit}} } } }""");
        var builder = new FunctionsApplicationBuilder(
            [$"--contentRoot={_folder.FullName}", $"--AzureWebJobsStorage={azurite.ConnectionString}"], new FunctionSource([typeof(LimitFunctions)]));
        builder.Services.AddSingleton(_gate);
        using var host = builder.Build();
        await host.StartAsync().WithinLimitAsync("the app starts");

        await StartAsync(key, host.Services.GetRequiredService<HubClient>());
        for (var released = 0; released < Pieces; released++)
        {
            var expected = Math.Min(released + limit, Pieces);
            await Eventually.TrueAsync(() => _gate.Seen >= expected, $"{expected} pieces of work have begun when {released} are done");
            _gate.Release(1);
        }

        Assert.Equal(limit, _gate.MostAtWork);
        await host.StopAsync().WithinLimitAsync("the app stops");
    }

    public void Dispose()
    {
        _gate.Dispose();
        _folder.Delete(recursive: true);
    }

    private static async Task StartAsync(string key, DurableTaskClient client)
    {
        switch (key)
        {
            case "maxConcurrentActivityFunctions":
                await client.ScheduleNewOrchestrationInstanceAsync(nameof(LimitFunctions.FanOut), Pieces);
                break;
            case "maxConcurrentOrchestratorFunctions":
                await Task.WhenAll(Enumerable.Range(0, Pieces).Select(i => client.ScheduleNewOrchestrationInstanceAsync(nameof(LimitFunctions.Turn), i)));
                break;
            default:
                await Task.WhenAll(Enumerable.Range(0, Pieces).Select(i =>
                    client.Entities.SignalEntityAsync(new EntityInstanceId(nameof(LimitFunctions.Holder), $"{i}"), "Hold", i)));
                break;
        }
    }
}
