using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Azure.Storage.Queues;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Queues;

/// <summary>Every message comes three times: again when it was handled, and once more when its task is over.</summary>
public abstract partial class RepeatedDeliveryTests(PlatformMode mode)
{
    private const int Each = 4;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Queue_EachMessageComesThreeTimes_OneTaskEachAndTheRepetitionsDoNothing()
    {
        await using var azurite = await AzuriteServer.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(azurite);
        await using var app = await FunctionApp.StartAsync(new FunctionAppSetup { ConnectionString = proxy.ConnectionString, Mode = mode });
        var queue = new QueueClient(azurite.ConnectionString, "tasks", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        var handled = new Deliveries(queue, 2 * Each);
        proxy.Add(new FaultRule(new StorageFault.CallBefore(handled.BeforeDeletionAsync)) { Service = StorageService.Queue, Method = "DELETE", Path = "/tasks/messages/" });

        var messages = new List<string>();
        for (var number = 0; number < Each; number++)
        {
            messages.Add((await queue.SendMessageAsync($$"""{"type":"noop","title":"plain {{number}}"}""")).Value.MessageId);
            messages.Add((await queue.SendMessageAsync($$"""{"type":"external","title":"open {{number}}"}""")).Value.MessageId);
        }

        await handled.AreTwice.WithinLimitAsync("each message was handled twice");
        foreach (var task in (await app.Http.AllTasksAsync()).Where(task => task.Title.StartsWith("open", StringComparison.Ordinal)))
            await CompleteAsync(app.Http, task.Id);
        var once = await Eventually.ValueAsync(() => app.Http.AllTasksAsync(), tasks => tasks.All(task => task.IsOver), "all tasks are over", pause: _pause);
        handled.AreOver.SetResult();
        await Eventually.ValueAsync(async () => (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount, left => left == 0, "the queue is empty", pause: _pause);

        var tasks = await app.Http.AllTasksAsync();
        Assert.Equal(Enumerable.Range(0, Each).SelectMany(number => new[] { $"open {number}", $"plain {number}" }).Order(StringComparer.Ordinal), tasks.Select(task => task.Title).Order(StringComparer.Ordinal));
        Assert.Equal(once, tasks);
        foreach (var task in tasks)
            Assert.Matches("^Submitted Started( TakenOver)* (Pending )?Succeeded$", string.Join(' ', (await app.Http.HistoryAsync(task.Id)).Select(entry => entry.Type)));
        var repeated = Repetition().Matches(app.Process.Transcript).Select(line => (Message: line.Groups["message"].Value, Task: line.Groups["task"].Value)).ToList();
        Assert.Equal(messages.SelectMany(message => new[] { message, message }).Order(StringComparer.Ordinal), repeated.Select(line => line.Message).Order(StringComparer.Ordinal));
        Assert.Equal(tasks.Select(task => task.Id).Order(StringComparer.Ordinal), repeated.Distinct().Select(line => line.Task).Order(StringComparer.Ordinal));
        Assert.Equal([], proxy.Failures);
    }

    [GeneratedRegex("Message (?<message>[0-9a-f-]{36}) is task (?<task>[0-9A-Z]{26}), which was submitted before", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Repetition();

    private static async Task CompleteAsync(HttpClient http, string id)
    {
        await Eventually.ValueAsync(() => http.GetAnswerAsync($"api/tasks/{id}/attempts/1"), answer => answer.Status == HttpStatusCode.OK && answer.Text("state") == "Pending", $"the attempt at {id} is pending", pause: _pause);
        var token = await http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/token");
        Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/complete", "{}", token.Text("token"))).Status);
    }

    /// <summary>
    /// Lets a message come again just before whoever has handled it deletes it: as when a lease runs out, the deletion then finds
    /// another receipt, and the message stays.
    /// </summary>
    private sealed partial class Deliveries(QueueClient queue, int messages)
    {
        private readonly ConcurrentDictionary<string, int> _handled = new(StringComparer.Ordinal);
        private readonly TaskCompletionSource _isTwice = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends when each message was handled twice.</summary>
        public Task AreTwice => _isTwice.Task;

        /// <summary>Set by the test when the tasks are over: until then no message comes a third time.</summary>
        public TaskCompletionSource AreOver { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task BeforeDeletionAsync(StorageCall call)
        {
            var deletion = Deletion().Match(Uri.UnescapeDataString(call.Target));
            var message = deletion.Groups["message"].Value;
            var times = _handled.AddOrUpdate(message, 1, (_, before) => before + 1);
            if (_handled.Count(handled => handled.Value >= 2) == messages)
                _isTwice.TrySetResult();
            if (times == 2)
                await AreOver.Task;
            if (times <= 2)
                await queue.UpdateMessageAsync(message, deletion.Groups["receipt"].Value, visibilityTimeout: TimeSpan.Zero);
        }

        [GeneratedRegex(@"/messages/(?<message>[^/?]+)\?.*popreceipt=(?<receipt>[^&]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
        private static partial Regex Deletion();
    }

    public sealed class Normal() : RepeatedDeliveryTests(PlatformMode.Normal);

    public sealed class Hostile() : RepeatedDeliveryTests(PlatformMode.Hostile);
}
