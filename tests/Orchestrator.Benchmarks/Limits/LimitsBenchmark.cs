using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Benchmarks.Counting;
using Orchestrator.Benchmarks.Measuring;
using Orchestrator.Benchmarks.Tasks;

namespace Orchestrator.Benchmarks.Limits;

/// <summary>How long a slot is nobody's between two tasks, and what handing it over writes, by how many wait.</summary>
internal static class LimitsBenchmark
{
    private const int Rounds = 3;
    private const int BatchTasks = 1_000;
    private const int WarmUpTasks = 200;
    private const string Gate = "gate";
    private static readonly int[] _queues = [200, 1_000, 2_000];
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(500);

    public static async Task RunAsync(TextWriter output)
    {
        await output.WriteLineAsync($"Tasks noop of a type with limit 1, {Environment.ProcessorCount} cores for app, Azurite and benchmark together.");
        await output.WriteLineAsync("A task completed from outside holds the slot until all wait. Hand-over: from the end of one task to the beginning of the next, by the app's clock.");
        await output.WriteLineAsync($"Medians of {Rounds} rounds, each on a fresh Azurite after {WarmUpTasks} tasks of warm-up; queues of each length in turn in each.");
        var rounds = new List<HandOvers[]>();
        for (var round = 0; round < Rounds; round++)
            rounds.Add(await RunRoundAsync());

        await output.WriteLineAsync();
        await output.WriteLineAsync("waiting   hand-over p50 ms   p95 ms   max ms   engine bytes/hand-over   engine writes   app writes   app rows");
        for (var queue = 0; queue < _queues.Length; queue++)
        {
            HandOvers[] figures = [.. rounds.Select(round => round[queue])];
            double Of(Func<HandOvers, double> figure) => figures.Select(figure).Median();
            await output.WriteLineAsync(
                $"{_queues[queue],7}{Of(f => f.P50),19:F1}{Of(f => f.P95),9:F1}{Of(f => f.Most),9:F1}{Of(f => f.EngineBytes),25:F0}{Of(f => f.EngineWrites),16:F2}{Of(f => f.AppWrites),13:F2}{Of(f => f.AppRows),11:F2}");
        }
    }

    private static async Task<HandOvers[]> RunRoundAsync()
    {
        CountingProxy? proxy = null;
        await using var app = await BenchmarkedApp.StartAsync(azurite => (proxy = CountingProxy.Start(azurite)).ConnectionString);
        await using var counting = proxy!;
        counting.HubName = app.App.Setup.Name;
        await RunQueueAsync(app, counting, "warm-up", WarmUpTasks);
        var figures = new List<HandOvers>();
        foreach (var queue in _queues)
            figures.Add(await RunQueueAsync(app, counting, string.Create(CultureInfo.InvariantCulture, $"of-{queue}"), queue));
        return [.. figures];
    }

    private static async Task<HandOvers> RunQueueAsync(BenchmarkedApp app, CountingProxy counting, string name, int count)
    {
        var http = app.App.Http;
        await DefineAsync(http, name, "external");
        var holder = (await PostAsync(http, "api/tasks", new { type = name, title = Gate })).GetProperty("id").GetString()!;
        await UntilAsync(async () => (await GetAsync(http, $"api/tasks/{holder}")).GetProperty("state").GetString() == "Running");

        // The limit is the live type's; what an agent does is said by the type at submission.
        await DefineAsync(http, name, "noop");
        foreach (var part in Enumerable.Range(0, count).Chunk(BatchTasks))
            await PostAsync(http, "api/tasks/batch", new { tasks = part.Select(number => new { type = name, input = number }) });
        await UntilAsync(async () => await WaitingAsync(http, name) == count);

        counting.Reset();
        var token = (await PostAsync(http, $"api/tasks/{holder}/attempts/1/token", body: null)).GetProperty("token").GetString()!;
        await PostAsync(http, $"api/tasks/{holder}/attempts/1/complete", new { output = 1 }, token);
        await UntilAsync(async () => await WaitingAsync(http, name) == 0);
        var counted = counting.Count;
        var gaps = await GapsAsync(http, name, count);
        return new HandOvers(
            gaps.Percentile(50),
            gaps.Percentile(95),
            gaps.Max(),
            (double)counted.Engine.Bytes / count,
            (double)counted.Engine.Writes / count,
            (double)counted.App.Writes / count,
            (double)counted.App.Rows / count);
    }

    private static async Task DefineAsync(HttpClient http, string name, string capability)
    {
        using var answer = await http.PutAsJsonAsync($"api/task-types/{name}", new { capability, concurrency = new { limit = 1 } });
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<int> WaitingAsync(HttpClient http, string name) =>
        (await GetAsync(http, "api/limiters")).GetProperty("limiters").EnumerateArray()
            .Where(limiter => limiter.GetProperty("taskType").GetString() == name).Sum(limiter => limiter.GetProperty("waiting").GetInt32());

    /// <summary>From each end to the next beginning, in milliseconds.</summary>
    private static async Task<List<double>> GapsAsync(HttpClient http, string name, int count)
    {
        var tasks = new List<(DateTimeOffset StartedAt, DateTimeOffset FinishedAt)>();
        await UntilAsync(async () =>
        {
            tasks.Clear();
            for (string? token = null; ;)
            {
                var page = await GetAsync(http, $"api/tasks?type={name}&state=Succeeded&pageSize=200{(token is null ? "" : $"&continuationToken={Uri.EscapeDataString(token)}")}");
                tasks.AddRange(page.GetProperty("tasks").EnumerateArray().Select(task => (task.GetProperty("startedAt").GetDateTimeOffset(), task.GetProperty("finishedAt").GetDateTimeOffset())));
                token = page.GetProperty("continuationToken").GetString();
                if (token is null)
                    return tasks.Count == count + 1;
            }
        });
        var ordered = tasks.OrderBy(task => task.FinishedAt).ToList();
        return [.. ordered.Zip(ordered.Skip(1), (one, next) => (next.StartedAt - one.FinishedAt).TotalMilliseconds)];
    }

    private static async Task<JsonElement> GetAsync(HttpClient http, string address) => await http.GetFromJsonAsync<JsonElement>(address);

    private static async Task<JsonElement> PostAsync(HttpClient http, string address, object? body, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = body is null ? null : JsonContent.Create(body) };
        if (token is not null)
            request.Headers.Add("Orchestrator-Attempt-Token", token);
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo())
            await Task.Delay(_look, TimeProvider.System);
    }

    private sealed record HandOvers(double P50, double P95, double Most, double EngineBytes, double EngineWrites, double AppWrites, double AppRows);
}
