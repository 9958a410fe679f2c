using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Storage;
using Orchestrator.Tasks;

namespace Orchestrator.Benchmarks.History;

/// <summary>The store of tasks on some table service.</summary>
internal sealed class HistoryStore : IAsyncDisposable
{
    private static readonly TaskType _type = new() { Name = "text.digest", Description = "Digests a text." };

    private readonly ServiceProvider _services;

    private HistoryStore(ServiceProvider services) => _services = services;

    public ITaskStore Tasks => _services.GetRequiredService<ITaskStore>();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public static async Task<HistoryStore> StartAsync(string connectionString, TimeProvider time)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("AzureWebJobsStorage", connectionString)]).Build();
        var store = new HistoryStore(new ServiceCollection().AddLogging().AddSingleton(time).AddOrchestratorStorage(configuration).BuildServiceProvider());
        foreach (var service in store._services.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
            await service.StartingAsync(CancellationToken.None);
        return store;
    }

    /// <summary>A task as one of the history, the <paramref name="index"/>th: every tenth has tag red, every twentieth fails, three agents share them unevenly.</summary>
    public static TaskSubmission Submission(int index) => new() { Type = _type, Input = "{}", Title = $"Task {index}", Tags = index % 10 == 3 ? ["red"] : [] };

    public static string AgentOf(int index) => index % 2 == 0 ? "one" : index % 10 == 1 ? "two" : "three";

    public static AttemptOutcome OutcomeOf(int index) =>
        index % 20 == 7 ? new AttemptOutcome.Failed(new TaskError("boom", "It broke."), IsRetryable: false) : new AttemptOutcome.Succeeded("1");

    /// <summary>Does one task from its submission to its end.</summary>
    public async Task RunOneAsync(int index)
    {
        var lifecycle = Get<TaskLifecycle>();
        var created = (SubmitOutcome.Created)await Tasks.SubmitAsync(Submission(index), CancellationToken.None);
        var claim = await lifecycle.ClaimAsync(created.Task.Record.Id, new AttemptClaim(1, "host", AgentOf(index), TimeSpan.FromSeconds(30)), CancellationToken.None);
        await lifecycle.CompleteAsync(claim!.Task, ((ClaimDecision.Claimed)claim.Decision).Lease, OutcomeOf(index), CancellationToken.None);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
