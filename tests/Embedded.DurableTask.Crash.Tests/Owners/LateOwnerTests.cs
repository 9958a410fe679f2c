using System.Text.RegularExpressions;
using Embedded.DurableTask.Crash.Tests.Apps;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Extent;
using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Network;
using Orchestrator.TestKit.Processes;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;
using Xunit.Abstractions;

namespace Embedded.DurableTask.Crash.Tests.Owners;

/// <summary>An owner that stands still while another takes its hub over, and then goes on.</summary>
public sealed class LateOwnerTests(AzuriteFixture azurite, ITestOutputHelper output) : IClassFixture<AzuriteFixture>
{
    private static readonly StepsInput _steps = new(5, "shared", TimeSpan.Zero);

    /// <summary>
    /// Whether a write of the owner is on its way while it stands still; whether the other waits until the owner's record has stood still for long enough,
    /// for it cannot know that the owner is dead, or is told to take the hub.
    /// </summary>
    public static TheoryData<bool, bool> Cases
    {
        get
        {
            var cases = new TheoryData<bool, bool>();
            foreach (var (isWriting, waits) in TestExtent.First([(true, false), (false, false), (true, true)], 2))
                cases.Add(isWriting, waits);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Owner_WakesAfterAnotherTookTheHub_WritesNothingAndEnds(bool isWriting, bool waits)
    {
        using var effects = new EffectFiles();
        await using var proxy = await FaultProxy.StartAsync(azurite);
        var setup = SampleSetup.Create(proxy.ConnectionString, effects);
        await using var owner = await FunctionApp.StartAsync(setup);
        await owner.Http.StartAsync("Steps", "done", _steps);
        await owner.Http.EndAsync("done");
        await owner.Http.StartAsync("Asks", "asks", 0);

        var arrives = new TaskCompletionSource();
        var held = new FaultRule(new StorageFault.CallBefore(_ => arrives.Task)) { Method = "POST", Where = call => call.Table == setup.Name + "Log", Times = 1 };
        var answer = isWriting ? await AnswerHeldAsync(owner, proxy, held) : null;
        await owner.Process.FreezeAsync();

        var direct = setup with { ConnectionString = azurite.ConnectionString, Port = FreePort.Next() };
        await using var next = await FunctionApp.StartAsync(waits ? direct : direct.TakingOver());
        output.WriteLine($"The next owner was up after {next.StartTime.TotalSeconds:F1} s");
        var outcome = await WorkOnAsync(next);

        // What was on its way arrives, and the owner wakes.
        var before = proxy.Count;
        arrives.SetResult();
        owner.Process.Send(Signal.Continue);
        answer ??= AnswerAsync(owner);
        var exitCode = await owner.Process.Exited.WithinLimitAsync("the late owner ends");

        Assert.True(exitCode == 1, owner.Process.Transcript);
        AssertSaysWhy(setup, next, Assert.Single(owner.Process.Errors));
        Assert.False(await answer, "The late owner took an event.");
        AssertNothingWritten(proxy.Calls.Where(call => call.IsWrite && (call.Number > before || call.Fault is not null)).ToList());

        Assert.Equal(outcome, await OutcomeAsync(next));
        Assert.Equal(0, await next.TerminateAsync(TimeSpan.FromSeconds(30)));
        await using var last = await FunctionApp.StartAsync(direct);
        Assert.Equal(outcome, await OutcomeAsync(last));
        Assert.Equal([.. StepsInput.KeysOf("done").Concat(StepsInput.KeysOf("more")).Select(key => KeyValuePair.Create(key, 1))], effects.Times());
    }

    /// <summary>An answer to the waiting instance, whose write is caught before it arrives.</summary>
    private static async Task<Task<bool>> AnswerHeldAsync(FunctionApp owner, FaultProxy proxy, FaultRule held)
    {
        proxy.Add(held);
        var answer = AnswerAsync(owner);
        await Eventually.TrueAsync(() => held.Fired == 1, "the owner writes the answer");
        return answer;
    }

    /// <returns>Whether the app says that it has taken it.</returns>
    private static async Task<bool> AnswerAsync(FunctionApp app)
    {
        try
        {
            return await app.Http.RaiseAsync("asks", "Answer", "late");
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<string> WorkOnAsync(FunctionApp app)
    {
        Assert.Equal("Running", (await app.Http.NowAsync("asks")).Status);
        Assert.True(await app.Http.RaiseAsync("asks", "Answer", "timely"));
        await app.Http.EndAsync("asks");
        await app.Http.StartAsync("Steps", "more", _steps);
        await app.Http.EndAsync("more");
        await Eventually.TrueAsync(async () => await app.Http.SumAsync("shared") >= 2 * _steps.Total, "the shared account knows of both");

        var outcome = await OutcomeAsync(app);
        Assert.Equal($"asks Completed \"timely\"; done Completed {_steps.Output}; more Completed {_steps.Output}; shared {2 * _steps.Total}", outcome);
        return outcome;
    }

    private static async Task<string> OutcomeAsync(FunctionApp app)
    {
        var instances = (await app.Http.ListAsync()).OrderBy(instance => instance.Id, StringComparer.Ordinal);
        return $"{string.Join("; ", instances.Select(instance => $"{instance.Id} {instance.Status} {instance.Output}"))}; shared {await app.Http.SumAsync("shared")}";
    }

    /// <summary>It may notice by a write that is refused or by the owner's record, whichever comes first.</summary>
    private static void AssertSaysWhy(FunctionAppSetup setup, FunctionApp next, string line) => Assert.Matches(
        @"^Another process has taken the task hub over: epoch 1 was sealed at [0-9]+\.$"
        + $"|^Task hub '{setup.Name}' is owned by process {next.Process.Id} on {Regex.Escape(Environment.MachineName)}\\. Stop that process, ",
        line);

    private static void AssertNothingWritten(IReadOnlyList<StorageCall> late)
    {
        Assert.NotEmpty(late);
        Assert.Equal([], late.Where(call => call.Status is not (409 or 412)));
    }
}
