using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Queues;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orchestrator.Agents;
using Orchestrator.Agents.Outbound;
using Orchestrator.Functions.Queues;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Functions.Tracing;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Functions.Tests.Apps;

/// <summary>One trace from whoever submits a task to whom its agent calls, through queue, orchestration and attempt.</summary>
public sealed class WholeAppTraceTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private readonly TestAgent.Script _script = new();
    private readonly string _name = azurite.UniqueName();

    [Theory]
    [InlineData("Normal")]
    [InlineData("Hostile")]
    public async Task Task_SubmittedInATrace_AgentsCallAndCallbackAreInItToo(string mode)
    {
        using var traces = new TestTraces();
        await using var outside = await Outside.StartAsync();
        await using var app = await WholeApp.StartAsync(
            azurite, _name, mode, _script, "--Orchestrator:Outbound:AllowLoopback=true", "--Orchestrator:Callbacks:SigningKey=0123456789abcdef0123456789abcdef");
        _script.Run = async (context, cancellationToken) =>
        {
            await app.Get<OutboundHttp>().SendAsync(new OutboundRequest { Address = $"{outside.Address}/agent?key=hidden" }, cancellationToken);
            return context.Attempt == 1 ? throw new AgentException("not_yet", "Not yet.", isRetryable: true) : AgentResult.Empty;
        };

        using var request = new HttpRequestMessage(HttpMethod.Post, "api/tasks") { Content = JsonContent.Create(new { type = "test", input = 1, callback = new { url = $"{outside.Address}/callback" } }) };
        request.Headers.Add("traceparent", traces.TraceParent);
        using var answer = await app.Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        await Eventually.TrueAsync(() => traces.Ended.Any(span => span.OperationName == TaskTraces.CallbackName), "the end is called back");

        var submit = traces.Single(TaskTraces.SubmitName);
        var attempts = traces.Ended.Where(span => span.OperationName == TaskTraces.AttemptName).ToList();
        var callback = traces.Ended.First(span => span.OperationName == TaskTraces.CallbackName);
        Assert.Equal(
            ["1 failed Error", "2 succeeded Unset"], attempts.Select(span => $"{span.GetTagItem(TaskTraces.AttemptTag)} {span.GetTagItem(TaskTraces.OutcomeTag)} {span.Status}"));
        Assert.All(attempts.Append(callback), span => Assert.Equal((submit.SpanId, id), (span.ParentSpanId, span.GetTagItem(TaskTraces.TaskIdTag))));
        Assert.Equal("delivered", callback.GetTagItem(TaskTraces.OutcomeTag));

        // What arrives outside is the child of a span of ours.
        var calls = traces.Ended.Where(span => span.Kind == ActivityKind.Client).ToDictionary(span => $"00-{traces.Id}-{span.SpanId}-01", span => span.ParentSpanId);
        Assert.Equal(attempts.Select(span => span.SpanId), outside.Requests.Where(call => call.Path == "/agent").Select(call => calls[call.TraceParent]));
        var delivery = calls.Single(call => call.Value == callback.SpanId).Key;
        Assert.Contains(("/callback", delivery), outside.Requests);
        Assert.DoesNotContain(traces.Ended, span => TestTraces.Tags(span).Contains("hidden", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Normal")]
    [InlineData("Hostile")]
    public async Task Message_WithATrace_ItsTaskAndTheAgentAreInIt(string mode)
    {
        using var traces = new TestTraces();

        // Of its own: other apps take messages from the queue of the shared one.
        await using var server = await AzuriteServer.StartAsync();
        await using var app = await WholeApp.StartAsync(azurite, _name, mode, _script, $"--AzureWebJobsStorage={server.ConnectionString}");
        var given = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _script.Run = (context, _) =>
        {
            given.TrySetResult(context.TraceParent);
            return Task.FromResult(AgentResult.Empty);
        };

        var queue = new QueueClient(server.ConnectionString, TaskQueueFunctions.QueueName, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        await queue.SendMessageAsync($$"""{"type":"test","traceparent":"{{traces.TraceParent}}","tracestate":"vendor=1"}""");
        var traceParent = await given.Task.WithinLimitAsync("the agent is given the task");
        await Eventually.TrueAsync(() => traces.Ended.Any(span => span.OperationName == TaskTraces.AttemptName), "the attempt is over");

        var submit = traces.Single(TaskTraces.SubmitName);
        var attempt = traces.Ended.First(span => span.OperationName == TaskTraces.AttemptName);
        Assert.Equal((traces.CallerSpan, submit.SpanId), (submit.ParentSpanId, attempt.ParentSpanId));
        Assert.Equal($"00-{traces.Id}-{attempt.SpanId}-01", traceParent);
    }

    /// <summary>Somebody outside who remembers what he was asked for.</summary>
    private sealed class Outside(WebApplication app) : IAsyncDisposable
    {
        public ConcurrentQueue<(string Path, string TraceParent)> Requests { get; } = new();

        public string Address => app.Urls.Single();

        public static async Task<Outside> StartAsync()
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.Logging.ClearProviders();
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var outside = new Outside(app);
            app.Run(context =>
            {
                outside.Requests.Enqueue((context.Request.Path, context.Request.Headers.TraceParent.ToString()));
                return Task.CompletedTask;
            });
            await app.StartAsync();
            return outside;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
