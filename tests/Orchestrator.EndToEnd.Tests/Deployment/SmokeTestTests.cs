using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Network;
using Orchestrator.TestKit.Processes;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Deployment;

/// <summary>The smoke test of a deployment, run for real against the app.</summary>
public abstract partial class SmokeTestTests(PlatformMode mode) : IAsyncLifetime
{
    private const string OperatorKey = "an operator's \"key\" \\ with quotes";
    private const string ViewerKey = "a viewer's key, which may only read";
    private const string Forever = "300";

    private readonly AzuriteFixture _azurite = new();

    public Task InitializeAsync() => _azurite.InitializeAsync();

    public Task DisposeAsync() => _azurite.DisposeAsync();

    [BashFact]
    public async Task SmokeTest_AppThatWorksWithoutKey_SaysEachStepAndLeavesOneTask()
    {
        await using var app = await FunctionApp.StartAsync(Setup());

        var run = await SmokeTest.RunAsync(apiKey: null, $"{app.Http.BaseAddress}");

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal([], run.Errors);
        var task = Assert.Single(await app.Http.AllTasksAsync());
        Assert.Equal(
            [
                $"Asking {Address(app)}/api/health/live ...", $"  lives, version {await VersionAsync(app)}",
                $"Asking {Address(app)}/api/health/ready ...", "  ready",
                "Submitting a task with the idempotency key KEY, twice ...", $"  task {task.Id}",
                "Waiting until it has Succeeded ...", "  Succeeded",
                "Reading its events ...", "  Submitted Started Succeeded",
                $"The app at {Address(app)} works.",
            ],
            run.Output.Select(line => KeyPattern().Replace(line, "KEY")));
    }

    [BashFact]
    public async Task SmokeTest_AppThatAsksForKeys_WorksWithAnOperatorsAndNeverShowsIt()
    {
        await using var app = await FunctionApp.StartAsync(WithKeys());

        var works = await SmokeTest.RunAsync(OperatorKey, "--timeout", Forever, "--expect-version", await VersionAsync(app), Address(app));
        var reader = await SmokeTest.RunAsync(ViewerKey, "--timeout", Forever, Address(app));
        var nobody = await SmokeTest.RunAsync(apiKey: null, "--timeout", Forever, Address(app));

        Assert.True(works.ExitCode == 0, works.Transcript);
        Assert.DoesNotContain(OperatorKey, works.Transcript, StringComparison.Ordinal);
        Assert.Equal(4, reader.ExitCode);
        Assert.StartsWith("FAILED: the caller may not submit tasks: status 403, code forbidden", reader.Errors[0], StringComparison.Ordinal);
        Assert.Equal("  The key or token needs at least the role Operator.", reader.Errors[1]);
        Assert.DoesNotContain(ViewerKey, reader.Transcript, StringComparison.Ordinal);
        Assert.Equal(4, nobody.ExitCode);
        Assert.StartsWith("FAILED: the app does not know the caller: status 401, code unauthorized", nobody.Errors[0], StringComparison.Ordinal);
        Assert.Equal(
            "  Set ORCHESTRATOR_API_KEY to an API key, or ORCHESTRATOR_TOKEN to a token for the app's audience; docs/operations/access.md says how to have the first one.",
            nobody.Errors[1]);
    }

    [BashFact]
    public async Task SmokeTest_StorageIsAway_FailsWithTheCodeAndWhatToDo()
    {
        await using var gate = ConnectionGate.Open(_azurite);
        await using var app = await FunctionApp.StartAsync(Setup() with { ConnectionString = gate.ConnectionString });
        gate.Shut();
        await Eventually.TrueAsync(() => IsNotReadyAsync(app), "the app has seen that storage is away");

        var run = await SmokeTest.RunAsync(apiKey: null, "--timeout", "8", Address(app));

        Assert.True(run.ExitCode == 1, run.Transcript);
        Assert.Equal("FAILED: the app lives but is not ready after 8 s (status 503).", run.Errors[0]);
        Assert.Contains(
            "  storage_unreachable: storage does not answer. Look at the account's name, its firewall, private endpoint and DNS zone.", run.Errors);
    }

    [BashFact]
    public async Task SmokeTest_NobodyAnswers_FailsWithWhatToDo()
    {
        var address = $"http://127.0.0.1:{FreePort.Next()}";

        var run = await SmokeTest.RunAsync(apiKey: null, "--timeout", "1", address);

        Assert.True(run.ExitCode == 1, run.Transcript);
        Assert.StartsWith("FAILED: the app does not live: no answer: curl: (7) ", run.Errors[0], StringComparison.Ordinal);
        Assert.Equal(
            "  No answer: is the address right, has the app been deployed, is it behind a private network that this machine is not in?", run.Errors[1]);
    }

    [BashFact]
    public async Task SmokeTest_AnotherVersionAnswers_Fails()
    {
        await using var app = await FunctionApp.StartAsync(Setup());

        var run = await SmokeTest.RunAsync(apiKey: null, "--timeout", "1", "--expect-version", "9.9.9", Address(app));

        Assert.True(run.ExitCode == 1, run.Transcript);
        Assert.Equal(
            [$"FAILED: version {await VersionAsync(app)} still answers, and not 9.9.9.", "  Look whether the deployment has succeeded; deploy again if not."], run.Errors);
    }

    private static async Task<bool> IsNotReadyAsync(FunctionApp app)
    {
        using var response = await app.Http.GetAsync(new Uri("api/health/ready", UriKind.Relative));
        return response.StatusCode == HttpStatusCode.ServiceUnavailable;
    }

    private static async Task<string> VersionAsync(FunctionApp app)
    {
        using var health = JsonDocument.Parse(await app.Http.GetStringAsync(new Uri("api/health/live", UriKind.Relative)));
        return health.RootElement.GetProperty("version").GetString()!;
    }

    private static string Address(FunctionApp app) => $"http://127.0.0.1:{app.Setup.Port}";

    private FunctionAppSetup Setup() => new() { ConnectionString = _azurite.ConnectionString, Mode = mode };

    private FunctionAppSetup WithKeys() => Setup() with
    {
        Environment = new Dictionary<string, string>
        {
            ["Orchestrator__Access__RequireKeys"] = "true",
            ["Orchestrator__Access__Keys__ci__Key"] = OperatorKey,
            ["Orchestrator__Access__Keys__ci__Role"] = "Operator",
            ["Orchestrator__Access__Keys__screen__Key"] = ViewerKey,
            ["Orchestrator__Access__Keys__screen__Role"] = "Viewer",
        },
    };

    [GeneratedRegex("smoke-test-[0-9]+-[0-9]+-[0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex KeyPattern();

    public sealed class Normal() : SmokeTestTests(PlatformMode.Normal);

    public sealed class Hostile() : SmokeTestTests(PlatformMode.Hostile);
}
