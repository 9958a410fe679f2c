using System.Net;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Crashes;

/// <summary>
/// Tasks that succeed, tasks that fail, tasks that wait for others, and messages that are no tasks, over HTTP and through the queue. Their submitter does not
/// give up: what is not answered is asked again with the same key.
/// </summary>
internal sealed class TaskMix(LoadedApp loaded) : IDisposable
{
    private const int Submitters = 8;
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{loaded.Setup.Port}/") };
    private int _accepted;

    /// <summary>How many the app or the queue has taken.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>How many of <paramref name="count"/> come to an end of a kind.</summary>
    public static (int Succeeded, int Failed, int DeadLettered) Expected(int count) => (count * 7 / 10, count * 2 / 10, count / 10);

    /// <summary>Submits <paramref name="count"/>, a multiple of 10, in order but some at once.</summary>
    public async Task SubmitAsync(int count)
    {
        await loaded.Load.Queue.CreateIfNotExistsAsync();
        await Parallel.ForAsync(0, count / 10, new ParallelOptions { MaxDegreeOfParallelism = Submitters }, async (number, _) => await SubmitTenAsync(number));
    }

    public void Dispose() => _http.Dispose();

    private async Task SubmitTenAsync(int ten)
    {
        var texts = loaded.Texts;
        var first = await OverHttpAsync($"digest {ten}", texts.Submission(ten, $"digest {ten}"));
        await OverHttpAsync($"wait {ten}", $$$"""{"type":"wait","title":"wait {{{ten}}}","input":{"duration":"PT0.5S"}}""");
        await OverHttpAsync($"after {ten}", $$"""{"type":"noop","title":"after {{ten}}","input":1,"dependsOn":["{{first}}"]}""");
        var failing = await OverHttpAsync($"missing {ten}", texts.Submission("missing.txt", $"missing {ten}"));
        await OverHttpAsync($"after missing {ten}", $$"""{"type":"noop","title":"after missing {{ten}}","input":1,"dependsOn":["{{failing}}"]}""");
        for (var number = 0; number < 4; number++)
            await ThroughQueueAsync(texts.Submission(number, $"queued {ten} {number}"));
        await ThroughQueueAsync($"no task {ten}");
    }

    private async Task ThroughQueueAsync(string message)
    {
        await loaded.Load.Queue.SendMessageAsync(message);
        Interlocked.Increment(ref _accepted);
    }

    private async Task<string> OverHttpAsync(string key, string body)
    {
        var answer = await Eventually.ValueAsync(() => TryAsync(key, body), answer => answer is not null, $"{key} is answered", _limit, _pause);
        Assert.True(answer!.Status == HttpStatusCode.Accepted, $"{key} was answered with {answer}");
        Interlocked.Increment(ref _accepted);
        return answer.Text("id")!;
    }

    private async Task<Answer?> TryAsync(string key, string body)
    {
        try
        {
            var answer = await _http.SubmitAsync(body, key);
            return answer.Status == HttpStatusCode.ServiceUnavailable ? null : answer;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
