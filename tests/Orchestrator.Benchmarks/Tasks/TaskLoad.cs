using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Orchestrator.Benchmarks.Measuring;

namespace Orchestrator.Benchmarks.Tasks;

/// <summary>
/// Submitters that each submit a task over HTTP, watch it until it has succeeded, and go on with the next. A submitter looks
/// for the first time after four fifths of what tasks have taken of late by their own times, then after an eighth of it, 2 ms
/// at least: so the watching costs some two reads a task whatever the load, and what is seen is late by about an eighth.
/// </summary>
internal sealed class TaskLoad : IDisposable
{
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(1);

    private readonly HttpClient _http;
    private readonly JsonObject _submission;
    private double _usualMilliseconds = 20;
    private int _looks;

    /// <param name="address">The app's root.</param>
    /// <param name="file">Absolute path of the text that every task digests.</param>
    public TaskLoad(Uri address, string file)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address };
        _submission = new JsonObject { ["type"] = "text.digest", ["input"] = new JsonObject { ["path"] = file } };
    }

    /// <summary>Runs <paramref name="count"/> tasks.</summary>
    public async Task<TaskLoadResult> RunAsync(int submitters, int count)
    {
        var took = new ConcurrentBag<double>();
        _looks = 0;
        var watch = Stopwatch.StartNew();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = submitters }, async (_, _) => took.Add(await RunOneAsync()));
        var elapsed = watch.Elapsed;
        return new TaskLoadResult(count, elapsed, took.Percentile(50), took.Percentile(95), (double)_looks / count);
    }

    /// <summary>Submits <paramref name="count"/> tasks at even intervals, whatever becomes of those before, and waits for all.</summary>
    /// <param name="perSecond">Tasks offered in a second.</param>
    public async Task<TaskLoadResult> OfferAsync(int perSecond, int count)
    {
        var took = new ConcurrentBag<double>();
        _looks = 0;
        var watch = Stopwatch.StartNew();
        var running = new List<Task>();
        for (var i = 0; i < count; i++)
        {
            var wait = TimeSpan.FromSeconds((double)i / perSecond) - watch.Elapsed;
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, TimeProvider.System);
            running.Add(Task.Run(async () => took.Add(await RunOneAsync())));
        }

        await Task.WhenAll(running);
        return new TaskLoadResult(count, watch.Elapsed, took.Percentile(50), took.Percentile(95), (double)_looks / count);
    }

    /// <summary>Submits a batch, and waits until none of its tasks is left to be done.</summary>
    /// <returns>Time to the answer, by which all rows are stored, and to the end of the last task.</returns>
    public async Task<(TimeSpan Answered, TimeSpan Done)> RunBatchAsync(int count)
    {
        var batch = new JsonObject { ["tasks"] = new JsonArray([.. Enumerable.Range(0, count).Select(_ => _submission.DeepClone())]) };
        var watch = Stopwatch.StartNew();
        using var answer = await _http.PostAsJsonAsync("api/tasks/batch", batch);
        var body = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>();
        var answered = watch.Elapsed;
        if ((int?)body!["accepted"] != count)
            throw new InvalidOperationException($"{body["accepted"]} of {count} tasks were accepted.");

        foreach (var outcome in body["outcomes"]!.AsArray())
        {
            while (await TimeOfSucceededAsync($"api/tasks/{outcome!["task"]!["id"]}?wait=30") is null)
            {
                if (watch.Elapsed > _limit)
                    throw new TimeoutException($"The batch was not over after {_limit.TotalSeconds} s.");
            }
        }

        return (answered, watch.Elapsed);
    }

    public void Dispose() => _http.Dispose();

    private async Task<double> RunOneAsync()
    {
        var watch = Stopwatch.StartNew();
        using var answer = await _http.PostAsJsonAsync("api/tasks", _submission);
        var address = answer.EnsureSuccessStatusCode().Headers.Location!.OriginalString;

        var answered = watch.Elapsed.TotalMilliseconds;

        var usual = Volatile.Read(ref _usualMilliseconds);
        var pause = (usual * 0.8) - answered;
        while (true)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(2, pause)), TimeProvider.System);
            if (await TimeOfSucceededAsync(address) is { } took)
            {
                Volatile.Write(ref _usualMilliseconds, usual + ((Math.Max(answered, took.TotalMilliseconds) - usual) / 8));
                return watch.Elapsed.TotalMilliseconds;
            }

            if (watch.Elapsed > _limit)
                throw new TimeoutException($"{address} was not over after {_limit.TotalSeconds} s.");
            pause = usual / 8;
        }
    }

    /// <summary>How long the task took, as it says itself; null while it goes on.</summary>
    private async Task<TimeSpan?> TimeOfSucceededAsync(string address)
    {
        Interlocked.Increment(ref _looks);
        var task = await _http.GetFromJsonAsync<JsonObject>(address);
        return (string?)task!["state"] switch
        {
            "Succeeded" => (DateTimeOffset)task["finishedAt"]! - (DateTimeOffset)task["createdAt"]!,
            "Queued" or "Running" => null,
            var other => throw new InvalidOperationException($"{address} is {other}: {task["error"]?.ToJsonString()}"),
        };
    }
}

/// <summary>What a run came to.</summary>
/// <param name="P50">Milliseconds from the request to the answer that says Succeeded.</param>
/// <param name="Looks">Reads of a task while it was watched, on average.</param>
internal sealed record TaskLoadResult(int Tasks, TimeSpan Elapsed, double P50, double P95, double Looks)
{
    public double PerSecond => Tasks / Elapsed.TotalSeconds;
}
