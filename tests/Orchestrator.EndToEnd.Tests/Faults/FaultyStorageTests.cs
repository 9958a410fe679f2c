using System.Globalization;
using System.Security.Cryptography;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Storage;
using Xunit.Abstractions;

namespace Orchestrator.EndToEnd.Tests.Faults;

/// <summary>The app on storage that is slow, that refuses, and that does what it is asked and says that it has not: the result is the same.</summary>
public abstract class FaultyStorageTests(PlatformMode mode, int refusal, AzuriteFixture azurite, ITestOutputHelper output)
{
    [Fact]
    public Task EveryOtherWrite_AppliedButReportedAsFailed_ExactResult() =>
        LiveAsync((app, seed) => [new FaultRule(new StorageFault.ApplyThenAnswer(500)) { Where = call => call.IsWrite && IsOfTasks(app, call), Share = 0.5, Seed = seed }]);

    /// <summary>
    /// Every one from the start on, the hub's and the making of tables included. A client's own retries go through; what our code sends again is a
    /// new request, and is failed again.
    /// </summary>
    [Fact]
    public Task EachWrite_AppliedButReportedAsFailedWhenFirstSent_ExactResult() =>
        LiveAsync((_, _) => [new FaultRule(new StorageFault.ApplyThenAnswer(500)) { Where = call => call.IsWrite, FirstSendings = true }], fromStart: true);

    [Fact]
    public Task AFifthOfTheCalls_Refused_ExactResult() =>
        LiveAsync((app, seed) => [new FaultRule(new StorageFault.Answer(refusal) { RetryAfter = TimeSpan.FromSeconds(1) }) { Where = call => IsOfTasks(app, call), Share = 0.2, Seed = seed }], check: AssertFewSentAgain);

    /// <summary>A row is said to be there that is not, or to have another version than it has; beside it real ones, from writes that took place twice or whose answer was lost.</summary>
    [Fact]
    public Task SomeWrites_ConflictThatIsNone_ExactResult() =>
        LiveAsync((app, seed) =>
        [
            new FaultRule(new StorageFault.Answer(409)) { Where = call => IsOfTasks(app, call) && (call.IsTransaction || call.Method == "POST"), Share = 0.1, Seed = seed },
            new FaultRule(new StorageFault.Answer(412)) { Where = call => IsOfTasks(app, call) && (call.IsTransaction || call.Method is "PUT" or "PATCH" or "MERGE"), Share = 0.1, Seed = seed + 1 },
            new FaultRule(new StorageFault.ApplyThenReset()) { Where = call => call.IsTransaction && IsOfTasks(app, call), Share = 0.1, Seed = seed + 2 },
            new FaultRule(new StorageFault.DeliverTwice()) { Where = call => call.IsTransaction && IsOfTasks(app, call), Share = 0.1, Seed = seed + 3 },
        ]);

    protected async Task LiveAsync(Func<FunctionAppSetup, int, FaultRule[]> rules, bool fromStart = false, Action<IReadOnlyList<StorageCall>>? check = null)
    {
        var seed = RandomNumberGenerator.GetInt32(int.MaxValue);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        await using var proxy = await FaultProxy.StartAsync(azurite);
        var setup = new FunctionAppSetup { ConnectionString = proxy.ConnectionString, Mode = mode, Seed = seed };
        var faults = rules(setup, seed).ToList();
        if (fromStart)
            faults.ForEach(rule => proxy.Add(rule));
        await using var app = await FunctionApp.StartAsync(setup);
        if (!fromStart)
            faults.ForEach(rule => proxy.Add(rule));
        var lives = new TaskLives(app.Http);

        await lives.LiveAsync();
        output.WriteLine($"{proxy.Count} calls, faults {string.Join(", ", faults.Select(rule => $"{rule.Fired} of {rule.Matched}"))}");
        faults.ForEach(proxy.Remove);
        check?.Invoke([.. proxy.Calls.Where(call => IsOfTasks(setup, call))]);

        await lives.AssertExactAsync();
        Assert.All(faults, rule => Assert.True(rule.Fired > 0, $"{rule.Fault} was never done."));
        Assert.Equal([], proxy.Failures);
    }

    /// <summary>A client sends a request at most four times, and all together at most once again for every two, beyond what they have saved up.</summary>
    private static void AssertFewSentAgain(IReadOnlyList<StorageCall> calls)
    {
        var sent = calls.GroupBy(call => call.RequestId, StringComparer.Ordinal).Select(request => request.Count()).ToList();

        Assert.InRange(sent.Max(), 2, 4);
        Assert.InRange(sent.Sum(count => count - 1), 1, (sent.Count / 2) + 100);
    }

    /// <summary>The hub's own tables have a fault suite of their own.</summary>
    protected static bool IsOfTasks(FunctionAppSetup app, StorageCall call) =>
        call.Table?.StartsWith(app.Name + "Task", StringComparison.Ordinal) == true;

    public sealed class Normal(AzuriteFixture azurite, ITestOutputHelper output) : FaultyStorageTests(PlatformMode.Normal, refusal: 500, azurite, output), IClassFixture<AzuriteFixture>
    {
        [Fact]
        public Task SomeCalls_TakeFiveSeconds_ExactResult() =>
            LiveAsync((app, seed) => [new FaultRule(new StorageFault.Delay(TimeSpan.FromSeconds(5))) { Where = call => IsOfTasks(app, call), Share = 0.05, Times = 8, Seed = seed }]);
    }

    public sealed class Hostile(AzuriteFixture azurite, ITestOutputHelper output) : FaultyStorageTests(PlatformMode.Hostile, refusal: 503, azurite, output), IClassFixture<AzuriteFixture>;
}
