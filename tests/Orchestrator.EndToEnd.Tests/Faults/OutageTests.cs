using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Azure.Storage.Queues;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Extent;
using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;
using Xunit.Abstractions;

namespace Orchestrator.EndToEnd.Tests.Faults;

/// <summary>Storage, all of it, refuses connections for a while: requests are refused at once, the app stays up, and afterwards it goes on where it was.</summary>
public sealed class OutageTests(ITestOutputHelper output)
{
    private const int Submitted = 30;
    private const int Queued = 20;
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Every route that needs storage, and one that waits.</summary>
    private static readonly string[] _routes = [.. AppRoutes.NeedStorage, "GET tasks/{id}?wait=30"];

    [Theory]
    [InlineData(PlatformMode.Normal)]
    [InlineData(PlatformMode.Hostile)]
    public Task Storage_RefusesForAMoment_RefusedAtOnceAndNothingIsLost(PlatformMode mode) => LiveAsync(mode, TimeSpan.Zero);

    [FullRunTheory]
    [InlineData(PlatformMode.Normal)]
    [InlineData(PlatformMode.Hostile)]
    public Task Storage_RefusesForAMinute_RefusedWithinTwoSecondsAndNothingIsLost(PlatformMode mode) => LiveAsync(mode, TimeSpan.FromSeconds(60));

    /// <param name="atLeast">How long storage stays away; zero: until everything was asked once.</param>
    private async Task LiveAsync(PlatformMode mode, TimeSpan atLeast)
    {
        await using var azurite = await AzuriteServer.StartAsync();
        await using var gate = ConnectionGate.Open(azurite);
        await using var app = await FunctionApp.StartAsync(new FunctionAppSetup { ConnectionString = gate.ConnectionString, Mode = mode });
        var pending = await PendingAsync(app.Http);

        // Some are accepted, some are under way, some come too late: their submitters do not give up.
        var submissions = Enumerable.Range(0, Submitted).Select(number => SubmitUntilAcceptedAsync(app.Http, number)).ToList();
        await Task.WhenAny(submissions);
        gate.Shut();
        var away = Stopwatch.StartNew();
        var notReady = await HealthAsync(app.Http, "ready", HttpStatusCode.ServiceUnavailable);
        Assert.Equal("storage_unreachable", notReady.GetProperty("checks").GetProperty("storage").GetProperty("code").GetString());
        await EnqueueAsync(azurite.ConnectionString);

        var slowest = TimeSpan.Zero;
        do
        {
            foreach (var route in _routes)
            {
                var (method, address) = Of(route, pending);
                var took = await AssertRefusedAsync(app.Http, method, address);
                slowest = took > slowest ? took : slowest;
            }

            // What the app is told, and how much it says of itself, is wanted just now.
            foreach (var route in AppRoutes.WorkWithoutStorage)
                Assert.Equal(HttpStatusCode.OK, (await app.Http.GetAnswerAsync(Of(route, pending).Address)).Status);

            await HealthAsync(app.Http, "live", HttpStatusCode.OK);
        }
        while (away.Elapsed < atLeast);

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"away for {away.Elapsed.TotalSeconds:F1} s; the slowest refusal took {slowest.TotalMilliseconds:F0} ms"));
        Assert.True(atLeast == TimeSpan.Zero || slowest < TimeSpan.FromSeconds(2), $"A request was refused after {slowest}.");
        gate.Reopen();

        await HealthAsync(app.Http, "ready", HttpStatusCode.OK);
        var ids = await Task.WhenAll(submissions);
        await CompleteAsync(app.Http, pending);
        await AssertAllSucceededAsync(app, [.. ids, pending]);
        Assert.Equal(0, (await Queue(azurite.ConnectionString).GetPropertiesAsync()).Value.ApproximateMessagesCount);
        Assert.Equal([], await app.Http.DeadLettersAsync());
        Assert.Equal([], await app.Http.VerifyStorageAsync());
        Assert.False(app.Process.Exited.IsCompleted);
    }

    /// <summary>A route with values in its template, which need not be there but for the task.</summary>
    private static (HttpMethod Method, string Address) Of(string route, string task)
    {
        var (method, template) = (route.Split(' ')[0], route.Split(' ')[1]);
        var address = template.Replace("tasks/{id}", $"tasks/{task}", StringComparison.Ordinal).Replace("{attempt}", "1", StringComparison.Ordinal);
        return (new HttpMethod(method), $"api/{string.Join('/', address.Split('/').Select(part => part.StartsWith('{') ? "one" : part))}");
    }

    private static async Task AssertAllSucceededAsync(FunctionApp app, IReadOnlyList<string> ids)
    {
        var tasks = await Eventually.ValueAsync(
            () => app.Http.AllTasksAsync(), all => all.Count == ids.Count + Queued && all.All(task => task.IsOver), $"{ids.Count + Queued} tasks are over", _limit, _pause);
        Assert.Equal([], tasks.Where(task => task.State != "Succeeded"));
        Assert.Equal(ids.Order(StringComparer.Ordinal), tasks.Where(task => !task.Title.StartsWith("queued", StringComparison.Ordinal)).Select(task => task.Id).Order(StringComparer.Ordinal));
        Assert.Equal(
            Enumerable.Range(0, Queued).Select(number => $"queued {number}").Order(StringComparer.Ordinal),
            tasks.Select(task => task.Title).Where(title => title.StartsWith("queued", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        foreach (var task in tasks)
        {
            var history = await app.Http.HistoryAsync(task.Id);
            Assert.Equal(Enumerable.Range(1, history.Count), history.Select(entry => entry.Number));
            Assert.Matches("^Submitted Started( TakenOver)* (Pending )?Succeeded$", string.Join(' ', history.Select(entry => entry.Type)));
        }
    }

    /// <summary>What is known to be away is not asked; every route says so, and when to come again.</summary>
    private static async Task<TimeSpan> AssertRefusedAsync(HttpClient http, HttpMethod method, string address)
    {
        using var request = new HttpRequestMessage(method, address);
        if (method != HttpMethod.Get && method != HttpMethod.Delete)
            request.Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        var watch = Stopwatch.StartNew();
        using var response = await http.SendAsync(request);
        var took = watch.Elapsed;
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(
            (response.StatusCode, response.Content.Headers.ContentType?.MediaType) == (HttpStatusCode.ServiceUnavailable, "application/problem+json"), $"{method} {address}: {(int)response.StatusCode} {body}");
        using var problem = JsonDocument.Parse(body);
        Assert.Equal("storage_unavailable", problem.RootElement.GetProperty("code").GetString());
        Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero, $"{method} {address} does not say when to come again.");
        return took;
    }

    private static async Task<JsonElement> HealthAsync(HttpClient http, string kind, HttpStatusCode status) =>
        (await Eventually.ValueAsync(() => http.GetAnswerAsync($"api/health/{kind}"), answer => answer.Status == status, $"health/{kind} says {status}", _limit, _pause)).Body;

    private static async Task<string> SubmitUntilAcceptedAsync(HttpClient http, int number)
    {
        var answer = await Eventually.ValueAsync(
            () => http.SubmitAsync($$"""{"type":"noop","title":"submitted {{number}}","input":{{number}}}""", $"key {number}"),
            answer => answer.Status != HttpStatusCode.ServiceUnavailable,
            $"submission {number} is accepted",
            _limit,
            _pause);
        Assert.True(answer.Status == HttpStatusCode.Accepted, $"Submission {number} was answered with {answer}");
        return answer.Text("id")!;
    }

    private static async Task<string> PendingAsync(HttpClient http)
    {
        var id = (await http.SubmitAsync("""{"type":"external"}""")).Text("id")!;
        await Eventually.ValueAsync(
            () => http.GetAnswerAsync($"api/tasks/{id}/attempts/1"), answer => answer.Status == HttpStatusCode.OK && answer.Text("state") == "Pending", $"the attempt at {id} is pending", _limit, _pause);
        return id;
    }

    private static async Task CompleteAsync(HttpClient http, string id)
    {
        var token = await http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/token");
        var answer = await http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/complete", """{"output":1}""", token.Text("token"));
        Assert.True(answer.Status == HttpStatusCode.OK, $"The completion was answered with {answer}");
    }

    private static async Task EnqueueAsync(string connectionString)
    {
        for (var number = 0; number < Queued; number++)
            await Queue(connectionString).SendMessageAsync($$"""{"type":"noop","title":"queued {{number}}"}""");
    }

    private static QueueClient Queue(string connectionString) => new(connectionString, "tasks", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
}
