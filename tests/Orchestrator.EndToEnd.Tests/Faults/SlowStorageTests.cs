using System.Net;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Faults;

/// <summary>Every call of the app's tables takes five seconds. It is calls that are counted, not seconds.</summary>
public sealed class SlowStorageTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const int Tasks = 10;
    private const int Readers = 80;

    /// <summary>What the app allows itself, once for reads and once for writes.</summary>
    private const int RequestsAtOnce = 64;

    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(6);

    [Fact]
    public async Task EachCall_TakesFiveSeconds_CallsAreBoundedDeadlinesHonouredAndAllEnds()
    {
        await using var proxy = await FaultProxy.StartAsync(azurite);
        // Those who wait for their turn are not to be tried again, and counted twice.
        var patient = new Dictionary<string, string>(StringComparer.Ordinal) { ["Orchestrator__Storage__RequestTimeout"] = "00:01:30" };
        await using var app = await FunctionApp.StartAsync(new FunctionAppSetup { ConnectionString = proxy.ConnectionString, Environment = patient });
        var asked = await PendingAsync(app.Http);
        var left = await PendingAsync(app.Http);
        var isOfTasks = (Func<StorageCall, bool>)(call => call.Table?.StartsWith(app.Setup.Name + "Task", StringComparison.Ordinal) == true);
        var slow = proxy.Add(new FaultRule(new StorageFault.Delay(TimeSpan.FromSeconds(5))) { Where = isOfTasks });

        var waited = app.Http.GetAnswerAsync($"api/tasks/{asked}?wait=1");
        await AbandonAsync(app.Http, proxy, left);
        var submitted = Enumerable.Range(0, Tasks).Select(number => AnsweredAsync(() => app.Http.SubmitAsync($$"""{"type":"noop","input":{{number}}}""", $"key {number}"))).ToList();
        var read = Enumerable.Range(0, Readers).Select(_ => AnsweredAsync(() => app.Http.GetAnswerAsync($"api/tasks/{left}/events"))).ToList();

        // One before the wait, one or two after it.
        Assert.Equal((HttpStatusCode.OK, "Running"), ((await waited).Status, (await waited).Text("state")));
        Assert.InRange(ReadsOf(proxy, asked).Count, 2, 3);
        Assert.All(await Task.WhenAll(read), answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        var accepted = await Task.WhenAll(submitted);
        Assert.All(accepted, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        Assert.InRange(proxy.MostAtOnce(call => isOfTasks(call) && !call.IsWrite), 1, RequestsAtOnce);
        // One for each partition that is written to: of tasks, keys and the directory of segments.
        Assert.InRange(proxy.MostAtOnce(call => isOfTasks(call) && call.IsWrite), 1, Tasks + 4);

        proxy.Remove(slow);
        foreach (var answer in accepted)
            Assert.Equal("Succeeded", (await app.Http.EndOfAsync(answer.Text("id")!)).Text("state"));
        Assert.Equal([], proxy.Failures);
    }

    /// <summary>A reader who hangs up is not worked for any more.</summary>
    private static async Task AbandonAsync(HttpClient http, FaultProxy proxy, string id)
    {
        using var patience = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/tasks/{id}?wait=30");
        var answer = http.SendAsync(request, patience.Token);
        await Eventually.TrueAsync(() => ReadsOf(proxy, id).Count > 0, "storage is asked");
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);

        await Eventually.TrueAsync(() => ReadsOf(proxy, id)[0].IsAbandoned, "the call is given up");
        Assert.Single(ReadsOf(proxy, id));
    }

    /// <summary>The delayed reads of a task's row.</summary>
    private static IReadOnlyList<StorageCall> ReadsOf(FaultProxy proxy, string id) =>
        [.. proxy.Calls.Where(call => call is { IsWrite: false, Fault: StorageFault.Delay } && Uri.UnescapeDataString(call.Target).Contains($"RowKey='{RowKey(id)}'", StringComparison.Ordinal))];

    /// <summary>The id with its digits counted from the other end.</summary>
    private static string RowKey(string id)
    {
        const string digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        return "t!" + string.Concat(id.Select(digit => digits[^(digits.IndexOf(digit, StringComparison.Ordinal) + 1)]));
    }

    /// <summary>A task that waits to be completed from outside, and is read by nobody meanwhile.</summary>
    private static async Task<string> PendingAsync(HttpClient http)
    {
        var id = (await http.SubmitAsync("""{"type":"external"}""")).Text("id")!;
        await Eventually.ValueAsync(() => http.GetAnswerAsync($"api/tasks/{id}/attempts/1"), answer => answer.Status == HttpStatusCode.OK && answer.Text("state") == "Pending", $"the attempt at {id} is pending");
        return id;
    }

    private static Task<Answer> AnsweredAsync(Func<Task<Answer>> ask) =>
        Eventually.ValueAsync(ask, answer => answer.Status != HttpStatusCode.ServiceUnavailable, "the app answers", _limit);
}
