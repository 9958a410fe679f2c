using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Cli.Host;
using Orchestrator.Cli.Repository;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.EndToEnd.Tests.Apps;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Network;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Configuration;

public abstract class ConfigTests(PlatformMode mode, AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly SampleTexts _texts = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("orchestrator-config-").FullName;

    private string AppSettings => Path.Combine(_folder, "appsettings.json");

    public Task InitializeAsync()
    {
        var app = Path.GetDirectoryName(FunctionAppLocation.Find(RepositoryRoot.Find(AppContext.BaseDirectory), AppContext.BaseDirectory))!;
        File.Copy(Path.Combine(app, "host.json"), Path.Combine(_folder, "host.json"));
        return Task.CompletedTask;
    }

    public Task DisposeAsync()
    {
        _texts.Delete();
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Config_OfARunningApp_SaysValuesAndWhereTheyComeFromWithoutSecrets()
    {
        const string secret = "a-secret-that-nobody-may-ever-see-1";
        await File.WriteAllTextAsync(AppSettings, """{"Orchestrator":{"Retention":{"Failed":"10.00:00:00"},"OfANewerRelease":{"Level":3}}}""");
        await using var app = await StartAsync(new() { ["Orchestrator__Callbacks__SigningKey"] = secret, ["Orchestrator__Storage__Lanes"] = "2" });

        var answer = await app.Http.GetAnswerAsync("api/config");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.DoesNotContain(secret, answer.Body.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(azurite.AccountKey, answer.Body.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("2 (environment variable Orchestrator__Storage__Lanes)", Find(answer, "settings", "Orchestrator:Storage:Lanes"));
        Assert.Equal("*** (environment variable Orchestrator__Callbacks__SigningKey)", Find(answer, "settings", "Orchestrator:Callbacks:SigningKey"));
        Assert.Equal("10.00:00:00 (appsettings.json)", Find(answer, "settings", "Orchestrator:Retention:Failed"));
        Assert.Equal("00:00:30 ()", Find(answer, "settings", "Orchestrator:Attempts:LeaseDuration"));
        Assert.Equal("00:10:00 (host.json)", Find(answer, "host", "host.json:functionTimeout"));
        Assert.Equal("*** (environment variable AzureWebJobsStorage)", Find(answer, "host", "AzureWebJobsStorage"));
        Assert.Equal("Orchestrator:OfANewerRelease:Level", Assert.Single(answer.Body.GetProperty("unknown").EnumerateArray()).GetProperty("key").GetString());
        Assert.Contains(app.Process.Output, line => line.Contains("Orchestrator:OfANewerRelease:Level is set and is no setting of this release; it is passed over.", StringComparison.Ordinal));
        Assert.DoesNotContain(secret, app.Process.Transcript, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_OfTheFileWhileTheAppRuns_IsTakenIfItIsLiveAndRefusedIfItIsAtFault()
    {
        await File.WriteAllTextAsync(AppSettings, """{"Orchestrator":{"Attempts":{"HeldWait":"00:00:20"}}}""");
        await using var app = await StartAsync([]);

        await File.WriteAllTextAsync(AppSettings, """{"Orchestrator":{"Attempts":{"HeldWait":"00:00:30"},"Storage":{"Lanes":3}}}""");
        await WhenItSaysAsync(app, "Orchestrator:Attempts:HeldWait has changed from 00:00:20 to 00:00:30.");
        await WhenItSaysAsync(app, "Orchestrator:Storage:Lanes is 3 in the settings now, which takes effect at the next start; until then it stays 1.");

        await File.WriteAllTextAsync(AppSettings, """{"Orchestrator":{"Attempts":{"HeldWait":"10:00:00"}}}""");
        await WhenItSaysAsync(app, "A change of Orchestrator:Attempts is refused, and the values before it stay in force: Orchestrator:Attempts:HeldWait is '10:00:00'; it must be 00:00:01 to 00:05:00.");

        Assert.StartsWith("00:00:30 ", Find(await app.Http.GetAnswerAsync("api/config"), "settings", "Orchestrator:Attempts:HeldWait"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Level_SetWhileTheAppRuns_ShowsEveryStepOfTheNextTaskAsJsonWithItsScopes()
    {
        await using var app = await StartAsync(new() { ["Orchestrator__Logging__Format"] = "Json" });
        var quiet = await app.Http.SubmitAsync(_texts.Submission(1, "quiet"));
        await app.Http.EndOfAsync(quiet.Text("id")!);

        var set = await app.Http.SendAsync(HttpMethod.Put, "api/logging/Orchestrator.Functions.Activities", """{"level":"Debug","for":"00:30:00"}""");
        Assert.Equal(HttpStatusCode.OK, set.Status);
        var submission = JsonNode.Parse(_texts.Submission(2, "loud"))!;
        (submission["parent"], submission["correlationId"]) = (quiet.Text("id"), "order-17");
        var loud = await app.Http.SubmitAsync(submission.ToJsonString());
        await app.Http.EndOfAsync(loud.Text("id")!);
        var reset = await app.Http.SendAsync(HttpMethod.Delete, "api/logging/Orchestrator.Functions.Activities");
        Assert.Equal(HttpStatusCode.OK, reset.Status);
        var last = await app.Http.SubmitAsync(_texts.Submission(3, "last"));
        await app.Http.EndOfAsync(last.Text("id")!);

        await WhenItSaysAsync(app, "is that of the settings again.");
        var entries = app.Process.Output.Select(line => JsonElement.Parse(line)).ToList();
        var begins = entries.Where(entry => entry.GetProperty("eventId").GetInt32() == 4201).Select(entry => entry.GetProperty("scopes")).ToList();
        Assert.NotEmpty(begins);
        Assert.All(begins, scopes => Assert.Equal((loud.Text("id"), 1, "text-digest"), (scopes.GetProperty("TaskId").GetString(), scopes.GetProperty("Attempt").GetInt32(), scopes.GetProperty("Agent").GetString())));
        Assert.All(begins, scopes => Assert.Equal((quiet.Text("id"), "order-17"), (scopes.GetProperty("Run").GetString(), scopes.GetProperty("Correlation").GetString())));
        Assert.Contains(entries, entry => entry.GetProperty("eventId").GetInt32() == 4900 && entry.GetProperty("level").GetString() == "Warning");
    }

    [Fact]
    public async Task Level_SetAtOneProcess_HoldsAtAnotherAndAfterARestartUntilItsTimeIsUp()
    {
        var setup = new FunctionAppSetup { ConnectionString = azurite.ConnectionString, Mode = mode };
        var other = setup with
        {
            Port = FreePort.Next(),
            Environment = new Dictionary<string, string> { ["AzureFunctionsJobHost__extensions__durableTask__hubName"] = setup.Name + "b" },
        };
        await using var second = await FunctionApp.StartAsync(other);
        await using (var first = await FunctionApp.StartAsync(setup))
        {
            await SetAsync(first, "Orchestrator.Functions.Timers", """{"level":"Debug"}""");
            await SetAsync(first, "orchestrator.functions.TIMERS", """{"level":"Trace"}""");
            await WhenItSaysAsync(second, "The level of the log is Trace for orchestrator.functions.TIMERS until it is taken back.");
            await first.KillAsync();
        }

        await using var next = await FunctionApp.StartAsync(setup);
        await WhenItSaysAsync(next, "The level of the log is Trace for orchestrator.functions.TIMERS until it is taken back.");
        var levels = (await next.Http.GetAnswerAsync("api/logging")).Body.GetProperty("levels").EnumerateArray().Where(level => level.GetProperty("isSet").GetBoolean());
        Assert.Equal([("orchestrator.functions.TIMERS", "Trace")], levels.Select(level => (level.GetProperty("category").GetString(), level.GetProperty("level").GetString())));

        await SetAsync(next, "Azure", """{"level":"Information","for":"PT1S"}""");
        await WhenItSaysAsync(next, "The level of the log for Azure is that of the settings again.");
    }

    private static async Task SetAsync(FunctionApp app, string category, string level) =>
        Assert.Equal(HttpStatusCode.OK, (await app.Http.SendAsync(HttpMethod.Put, $"api/logging/{category}", level)).Status);

    private Task<FunctionApp> StartAsync(Dictionary<string, string> environment) => FunctionApp.StartAsync(new FunctionAppSetup
    {
        ConnectionString = azurite.ConnectionString,
        Mode = mode,
        ReadFolders = [_texts.Folder],
        Arguments = ["--contentRoot", _folder],
        Environment = environment,
    });

    private static Task WhenItSaysAsync(FunctionApp app, string text) => Eventually.TrueAsync(
        () => app.Process.Output.Any(line => line.Contains(text, StringComparison.Ordinal)) || app.Process.Exited.IsCompleted, $"the app says '{text}'. It wrote:{Environment.NewLine}{app.Process.Transcript}");

    private static string Find(Answer answer, string part, string key) =>
        answer.Body.GetProperty(part).EnumerateArray().Where(setting => setting.GetProperty("key").GetString() == key)
            .Select(setting => $"{setting.GetProperty("value")} ({setting.GetProperty("source")})").Single();

    public sealed class Normal(AzuriteFixture azurite) : ConfigTests(PlatformMode.Normal, azurite), IClassFixture<AzuriteFixture>;

    public sealed class Hostile(AzuriteFixture azurite) : ConfigTests(PlatformMode.Hostile, azurite), IClassFixture<AzuriteFixture>;
}
