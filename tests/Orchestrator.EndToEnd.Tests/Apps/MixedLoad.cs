using System.Collections.Concurrent;
using System.Net;
using Azure.Storage.Queues;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Apps;

/// <summary>
/// Submits tasks by turns over HTTP and through the queue, as clients that do not give up: while the app is away, a request is
/// sent again with the same idempotency key.
/// </summary>
internal sealed class MixedLoad : IDisposable
{
    private const int Submitters = 8;
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    private readonly SampleTexts _texts;
    private readonly HttpClient _http;
    private readonly ConcurrentDictionary<int, string> _ids = new();
    private int _accepted;

    public MixedLoad(FunctionAppSetup setup, SampleTexts texts)
    {
        _texts = texts;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{setup.Port}/") };
        Queue = new QueueClient(setup.ConnectionString, "tasks", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
    }

    /// <summary>The queue that the app takes tasks from.</summary>
    public QueueClient Queue { get; }

    /// <summary>How many tasks the app or the queue has taken.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>The ids that the app gave to the tasks submitted over HTTP, by the task's number.</summary>
    public IReadOnlyDictionary<int, string> Ids => _ids;

    public static string Title(int number) => $"task {number}";

    /// <summary>Submits tasks number 0 to <paramref name="count"/> - 1; the even ones over HTTP.</summary>
    public async Task SubmitAsync(int count)
    {
        await Queue.CreateIfNotExistsAsync();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Submitters }, async (number, _) =>
        {
            if (number % 2 == 0)
                _ids[number] = await SubmitOverHttpAsync(number);
            else
                await Queue.SendMessageAsync(_texts.Submission(number, Title(number)), CancellationToken.None);
            Interlocked.Increment(ref _accepted);
        });
    }

    public Task WhenAcceptedAsync(int count) => Eventually.TrueAsync(() => Accepted >= count, $"{count} tasks are accepted", _limit);

    /// <summary>Submits a task until it is answered; the id it has.</summary>
    public async Task<string> SubmitOverHttpAsync(int number)
    {
        var answer = await Eventually.ValueAsync(
            () => TrySubmitAsync(number), answer => answer is not null, $"{Title(number)} is answered", _limit, _pause);
        Assert.True(answer!.Status == HttpStatusCode.Accepted, $"{Title(number)} was answered with {answer}");
        return answer.Text("id")!;
    }

    public void Dispose() => _http.Dispose();

    private async Task<Answer?> TrySubmitAsync(int number)
    {
        try
        {
            var answer = await _http.SubmitAsync(_texts.Submission(number, Title(number)), $"key {number}");
            return answer.Status == HttpStatusCode.ServiceUnavailable ? null : answer;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
