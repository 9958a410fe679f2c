using Embedded.DurableTask.Crash.Tests.Apps;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Extent;
using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Embedded.DurableTask.Crash.Tests.Sweeps;

/// <summary>
/// The life of a small hub, in which a storage call may go wrong: the app starts, runs an orchestration of three steps, ends in order (with a checkpoint), starts
/// again, still knows everything, and runs another. Whatever happens, the outcome is the same.
/// </summary>
internal sealed class StepsLife : IAsyncDisposable
{
    private const string Shared = "shared";
    private const string First = "first";
    private const string Second = "second";
    private static readonly StepsInput _first = new(5, Shared, TimeSpan.Zero);
    private static readonly StepsInput _second = new(7, Shared, TimeSpan.Zero);

    private readonly EffectFiles _effects = new();
    private readonly RestartedApp _app;

    private StepsLife(FaultProxy proxy)
    {
        Proxy = proxy;
        _app = new RestartedApp(SampleSetup.Create(proxy.ConnectionString, _effects));
    }

    /// <summary>Between the app and storage.</summary>
    public FaultProxy Proxy { get; }

    /// <summary>How often the app was killed.</summary>
    public int Kills => _app.Kills;

    public static async Task<StepsLife> BeginAsync(AzuriteFixture azurite) => new(await FaultProxy.StartAsync(azurite));

    /// <summary>Everything that all its processes wrote.</summary>
    public string Transcript => _app.Transcript;

    /// <summary><c>kill -9</c>.</summary>
    public Task KillAsync() => _app.KillAsync();

    /// <summary>SIGTERM; does not wait for the end, which needs the calls that are under way.</summary>
    public Task TellToEnd()
    {
        _ = _app.TellToEndAsync();
        return Task.CompletedTask;
    }

    /// <summary>Lives to the end and checks everything.</summary>
    public async Task LiveAsync()
    {
        await RunAsync(First, _first);
        await AssertSharedAsync(_first.Total);
        await EndAsync();

        await AssertOutcomeAsync(First, _first);
        await RunAsync(Second, _second);
        await AssertSharedAsync(_first.Total + _second.Total);
        if (TestExtent.IsFull)
            await EndAsync();

        await AssertOutcomeAsync(First, _first);
        await AssertOutcomeAsync(Second, _second);
        await AssertSharedAsync(_first.Total + _second.Total);
        AssertEffects();
        Assert.Equal([], Proxy.Failures);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Proxy.DisposeAsync();
        _effects.Dispose();
    }

    private async Task RunAsync(string id, StepsInput input)
    {
        await _app.AskAsync(http => http.StartAsync("Steps", id, input));
        await AssertOutcomeAsync(id, input);
    }

    private async Task AssertOutcomeAsync(string id, StepsInput input)
    {
        Assert.Equal(new Instance(id, "Completed", input.Output), await _app.AskAsync(http => http.EndAsync(id)));
        Assert.Equal(input.Total, await _app.AskAsync(http => http.SumAsync(id)));
    }

    /// <summary>Signals are on their way for a while; one that came twice would stay.</summary>
    private async Task AssertSharedAsync(int sum) => Assert.Equal(
        sum,
        await Eventually.ValueAsync(() => _app.AskAsync(http => http.SumAsync(Shared)), seen => seen >= sum, $"the shared account has {sum}"));

    private async Task EndAsync()
    {
        var kills = Kills;
        var exitCode = await _app.TerminateAsync();
        Assert.Equal(Kills > kills ? 137 : 0, exitCode);
    }

    /// <summary>One kill interrupts one activity at most.</summary>
    private void AssertEffects()
    {
        var times = _effects.Times();
        Assert.Equal([.. StepsInput.KeysOf(First), .. StepsInput.KeysOf(Second)], times.Keys);
        Assert.InRange(times.Values.Sum(), times.Count, times.Count + Kills);
    }
}
