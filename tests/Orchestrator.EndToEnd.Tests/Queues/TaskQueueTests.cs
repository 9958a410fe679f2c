using Azure.Storage.Queues;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.EndToEnd.Tests.Apps;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Queues;

public abstract class TaskQueueTests(PlatformMode mode)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Queue_SomeMessagesAreWrong_TheyBecomeDeadLettersAtOnceAndTheOthersTasks()
    {
        await using var azurite = await AzuriteServer.StartAsync();
        var texts = new SampleTexts();
        var setup = new FunctionAppSetup { ConnectionString = azurite.ConnectionString, Mode = mode, ReadFolders = [texts.Folder] };
        await using var app = await FunctionApp.StartAsync(setup);
        var queue = new QueueClient(setup.ConnectionString, "tasks", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        string[] wrong = ["not JSON", """{"type":"no.such"}""", """{"type":"text.digest","input":{"path":"a.txt"},"priority":99,"colour":"red"}"""];

        var wrongIds = new List<string>();
        for (var number = 0; number < 9; number++)
        {
            await queue.SendMessageAsync(texts.Submission(number, $"good {number}"));
            if (number % 3 == 0)
                wrongIds.Add((await queue.SendMessageAsync(wrong[number / 3])).Value.MessageId);
        }

        var tasks = await Eventually.ValueAsync(
            () => app.Http.AllTasksAsync(), tasks => tasks.Count >= 9 && tasks.All(task => task.IsOver), "nine tasks are over", pause: _pause);
        var dead = await Eventually.ValueAsync(() => app.Http.DeadLettersAsync(), dead => dead.Count >= 3, "there are three dead letters", pause: _pause);
        await Eventually.ValueAsync(
            async () => (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount, left => left == 0, "the queue is empty", pause: _pause);

        Assert.Equal(Enumerable.Range(0, 9).Select(number => $"good {number}"), tasks.Select(task => task.Title).Order(StringComparer.Ordinal));
        Assert.Equal(["Succeeded"], tasks.Select(task => task.State).Distinct());
        ListedLetter[] listed = [.. dead.OrderBy(letter => wrongIds.IndexOf(letter.OriginId))];
        var inOrder = await Task.WhenAll(listed.Select(letter => app.Http.DeadLetterAsync(letter.Id)));
        Assert.Equal(wrongIds, listed.Select(letter => letter.OriginId));
        Assert.Equal(["[8 characters that are no JSON]", wrong[1], wrong[2].Replace("red", "***", StringComparison.Ordinal)], inOrder.Select(letter => letter.Text("body")));
        Assert.Equal(["invalid_json", "invalid_task", "invalid_task"], listed.Select(letter => letter.Code));
        Assert.Equal(["queue:tasks"], listed.Select(letter => letter.Source).Distinct());
        Assert.Equal([1], listed.Select(letter => letter.DeliveryCount).Distinct());
        Assert.Equal(["Nothing was changed. Correct what 'errors' lists and send it again."], inOrder[1..].Select(letter => letter.Text("reason")).Distinct());
        Assert.Equal(["/type"], inOrder[1].Pointers);
        Assert.Equal(["/priority", "/colour"], inOrder[2].Pointers);
        texts.Delete();
    }

    public sealed class Normal() : TaskQueueTests(PlatformMode.Normal);

    public sealed class Hostile() : TaskQueueTests(PlatformMode.Hostile);
}
