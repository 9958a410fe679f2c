using System.Collections.Concurrent;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Embedded.Functions.Tests.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Embedded.Functions.Tests.Queues;

/// <summary>A function app on Azurite, whose setting <c>Queue</c> names a queue that no other test uses.</summary>
internal sealed class QueueApp(AzuriteFixture azurite) : IAsyncDisposable
{
    private TestApp? _app;

    public string QueueName { get; } = azurite.UniqueName();

    public ConcurrentQueue<object?> Seen { get; } = [];

    public TestApp App => _app ?? throw new InvalidOperationException("Not started.");

    public QueueClient Queue => Client(QueueName);

    public QueueClient Poison => Client(QueueName + "-poison");

    public QueueClient Client(string name) => new(azurite.ConnectionString, name);

    public async Task StartAsync(Type functions, string queues = "{}", Action<FunctionsApplicationBuilder>? configure = null) =>
        _app = await TestApp.StartAsync(new TestAppOptions
        {
            Functions = [functions],
            Files = new Dictionary<string, string> { ["host.json"] = $$"""{"extensions":{"queues":{{queues}} } }""" },
            Settings = new Dictionary<string, string?> { ["AzureWebJobsStorage"] = azurite.ConnectionString, ["Queue"] = QueueName },
            Configure = builder =>
            {
                builder.Services.AddSingleton(Seen);
                configure?.Invoke(builder);
            },
        });

    /// <summary>Puts a message into the queue as base64 of the text, as other senders do.</summary>
    public Task SendAsync(string text) => Queue.SendMessageAsync(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>The values that the function has seen, when there are so many.</summary>
    public async Task<object?[]> SeenAsync(int count)
    {
        await Eventually.TrueAsync(() => Seen.Count >= count, $"{count} messages have been seen");
        return [.. Seen];
    }

    public static async Task<string[]> MessagesAsync(QueueClient queue, int count)
    {
        var messages = await Eventually.ValueAsync(
            async () => (await queue.ExistsAsync()).Value ? (await queue.PeekMessagesAsync(32)).Value : [], peeked => peeked.Length >= count, $"{count} messages in {queue.Name}");
        return [.. messages.Select(message => Decode(message))];
    }

    public async Task EmptyAsync() =>
        await Eventually.TrueAsync(async () => (await Queue.GetPropertiesAsync()).Value.ApproximateMessagesCount == 0, "the queue is empty");

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
    }

    private static string Decode(PeekedMessage message) => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(message.Body.ToString()));
}
