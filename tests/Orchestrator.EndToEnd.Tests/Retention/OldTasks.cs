using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Storage;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Time;

namespace Orchestrator.EndToEnd.Tests.Retention;

/// <summary>Tasks as an app has left them long ago: written by the stores themselves, on a clock that is late.</summary>
internal static class OldTasks
{
    /// <returns>Their ids.</returns>
    public static async Task<IReadOnlyList<string>> StoreAsync(FunctionAppSetup setup, int count, TimeSpan age)
    {
        var time = new ManualTimeProvider(TimeProvider.System.GetUtcNow() - age);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = setup.ConnectionString,
            ["Orchestrator:Storage:TablePrefix"] = setup.Name,
            ["Orchestrator:Storage:TasksPerSegment"] = "10",
        }).Build();
        await using var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(time).AddOrchestratorStorage(configuration).BuildServiceProvider();
        foreach (var service in services.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
            await service.StartingAsync(CancellationToken.None);

        var (store, lifecycle) = (services.GetRequiredService<ITaskStore>(), services.GetRequiredService<TaskLifecycle>());
        var ids = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var submission = new TaskSubmission { Type = new TaskType { Name = "noop" }, Name = $"old {i}", IdempotencyKey = $"old {i}", Input = $"\"{new string('x', 50_000)}\"", Tags = ["old"] };
            var id = ((SubmitOutcome.Created)await store.SubmitAsync(submission, CancellationToken.None)).Task.Record.Id;
            await lifecycle.CancelAsync(id, CancellationToken.None);
            ids.Add(id.ToString());
        }

        foreach (var service in services.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
            await service.StoppedAsync(CancellationToken.None);
        return ids;
    }
}
