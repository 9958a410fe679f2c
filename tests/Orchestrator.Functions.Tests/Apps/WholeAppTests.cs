using System.Collections.Concurrent;
using Orchestrator.Agents;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Functions.Tests.Apps;

/// <summary>What needs an agent of the test's own: retries, and a cancellation while the agent works.</summary>
public sealed class WholeAppTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const int Tasks = 20;

    private readonly TestAgent.Script _script = new();
    private readonly string _name = azurite.UniqueName();

    [Theory]
    [InlineData("Normal")]
    [InlineData("Hostile")]
    public async Task Tasks_FailTwice_AreTriedThreeTimesEachAndNeverBesideOrBeyondThat(string mode)
    {
        var attempts = new ConcurrentDictionary<(int Task, int Attempt), int>();
        _script.Run = (context, _) =>
        {
            attempts.AddOrUpdate((context.Input.GetInt32(), context.Attempt), 1, (_, count) => count + 1);
            return context.Attempt < 3
                ? throw new AgentException("not_yet", "Not yet.", isRetryable: true)
                : Task.FromResult(AgentResult.Of(new { done = true }));
        };

        await using (var app = await WholeApp.StartAsync(azurite, _name, mode, _script))
        {
            var ids = await Task.WhenAll(Enumerable.Range(0, Tasks).Select(app.SubmitAsync));
            var histories = await Task.WhenAll(ids.Select(app.HistoryAsync));

            Assert.Equal(["Submitted Started Retrying Started Retrying Started Succeeded"], histories.Distinct());
        }

        Assert.Equal(Enumerable.Range(0, Tasks).SelectMany(task => Enumerable.Range(1, 3).Select(attempt => (task, attempt))), attempts.Keys.Order());
        Assert.Equal([1], attempts.Values.Distinct());
    }

    [Theory]
    [InlineData("Normal")]
    [InlineData("Hostile")]
    public async Task Cancel_WhileTheAgentWorks_StopsIt(string mode)
    {
        var working = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _script.Run = async (_, cancellationToken) =>
        {
            working.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return AgentResult.Empty;
        };
        await using var app = await WholeApp.StartAsync(azurite, _name, mode, _script);
        var id = await app.SubmitAsync(1);
        await working.Task.WithinLimitAsync("the agent works");

        await app.CancelAsync(id);

        Assert.Equal("Submitted Started CancelRequested Cancelled", await app.HistoryAsync(id));
    }
}
