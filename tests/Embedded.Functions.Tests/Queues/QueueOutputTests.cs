using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting;
using Orchestrator.TestKit.Storage;

namespace Embedded.Functions.Tests.Queues;

public sealed class QueueOutputTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Theory]
    [InlineData("text", new[] { "hello" })]
    [InlineData("data", new[] { "hello" })]
    [InlineData("bytes", new[] { "hello" })]
    [InlineData("class", new[] { """{"Name":"Ada","Nothing":null}""" })]
    [InlineData("texts", new[] { "a", "b" })]
    [InlineData("classes", new[] { """{"Name":"Ada","Nothing":null}""", """{"Name":"Bob","Nothing":null}""" })]
    public async Task Property_IsSentBeforeTheAnswer(string kind, string[] expected)
    {
        await using var app = new QueueApp(azurite);
        await app.StartAsync(typeof(OutputFunctions));

        using var response = await app.App.Client.GetAsync("api/Send/" + kind);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(expected, await QueueApp.MessagesAsync(app.Queue, expected.Length));
    }

    [Fact]
    public async Task Property_OfNull_SendsNothing()
    {
        await using var app = new QueueApp(azurite);
        await app.StartAsync(typeof(OutputFunctions));

        using var response = await app.App.Client.GetAsync("api/Send/nothing");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.False((await app.Queue.ExistsAsync()).Value);
    }

    [Fact]
    public async Task Result_OfTheMethod_IsSent()
    {
        await using var app = new QueueApp(azurite);
        await app.StartAsync(typeof(OutputFunctions));

        using var response = await app.App.Client.GetAsync("api/Whole");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["whole"], await QueueApp.MessagesAsync(app.Queue, 1));
    }

    [Fact]
    public async Task Middleware_ReplacesAnOutput()
    {
        await using var app = new QueueApp(azurite);
        await app.StartAsync(typeof(OutputFunctions), configure: builder => builder.UseMiddleware(async (context, next) =>
        {
            await next();
            var output = context.GetOutputBindings<object>().Single(binding => binding.BindingType == "queue");
            Assert.Equal(("Message", "hello"), (output.Name, output.Value));
            output.Value = "replaced";
        }));

        using var response = await app.App.Client.GetAsync("api/Send/text");

        Assert.Equal(["replaced"], await QueueApp.MessagesAsync(app.Queue, 1));
    }

    [Fact]
    public async Task Message_SentByTheHostItself_WakesItsListenerAtOnce()
    {
        await using var app = new QueueApp(azurite);
        await app.StartAsync(typeof(LoopFunctions), """{"maxPollingInterval":"01:00:00"}""");

        using var response = await app.App.Client.GetAsync("api/Send");

        Assert.Equal(["to myself"], await app.SeenAsync(1));
    }

    public sealed record Person(string Name, string? Nothing = null);

    public sealed class Sent
    {
        [QueueOutput("%Queue%")]
        public object? Message { get; init; }

        [HttpResult]
        public IActionResult Answer { get; init; } = new AcceptedResult();
    }

    public static class OutputFunctions
    {
        [Function("Send")]
        public static Sent Send([HttpTrigger(AuthorizationLevel.Anonymous, Route = "Send/{kind}")] HttpRequest request, string kind) => new()
        {
            Message = kind switch
            {
                "text" => "hello",
                "data" => BinaryData.FromString("hello"),
                "bytes" => "hello"u8.ToArray(),
                "class" => new Person("Ada"),
                "texts" => new[] { "a", null, "b" },
                "classes" => new List<Person> { new("Ada"), new("Bob") },
                _ => null,
            },
        };

        [Function("Whole")]
        [QueueOutput("%Queue%")]
        public static Task<string> Whole([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => Task.FromResult("whole");
    }

    public sealed class LoopFunctions(System.Collections.Concurrent.ConcurrentQueue<object?> seen)
    {
        [Function("Send")]
        public Sent Send([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => new() { Message = "to myself" };

        [Function("Receive")]
        public void Receive([QueueTrigger("%Queue%")] string message) => seen.Enqueue(message);
    }
}
