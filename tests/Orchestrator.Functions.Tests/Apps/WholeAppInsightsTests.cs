using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.ApplicationInsights.Channel;
using Microsoft.ApplicationInsights.DataContracts;
using Microsoft.ApplicationInsights.WorkerService;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agents;
using Orchestrator.Agents.Outbound;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.Functions.Tests.Apps;

/// <summary>What arrives in Application Insights.</summary>
public sealed class WholeAppInsightsTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private readonly TestAgent.Script _script = new();
    private readonly TestChannel _channel = new();
    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private readonly ActivitySpanId _caller = ActivitySpanId.CreateRandom();

    [Fact]
    public async Task Task_SubmittedInATrace_OneTreeFromTheCallerToTheOutboundCall()
    {
        string id;
        await using (var app = await StartAsync($"--APPLICATIONINSIGHTS_CONNECTION_STRING={TestChannel.ConnectionString}"))
        {
            _script.Run = async (context, cancellationToken) =>
            {
                await app.Get<OutboundHttp>().SendAsync(new OutboundRequest { Address = $"{app.Http.BaseAddress}api/health/live?key=hidden" }, cancellationToken);
                return context.Attempt == 1 ? throw new AgentException("not_yet", "Not yet.", isRetryable: true) : AgentResult.Empty;
            };
            id = await SubmitAsync(app);
            await app.HistoryAsync(id);
        }

        // Calls of storage are told as well; those of the function itself hang below the web server's span, which only the real host sends.
        var spans = _channel.Sent.OfType<DependencyTelemetry>()
            .Where(span => span.Context.Operation.Id == $"{_trace}" && span.Data?.StartsWith($"{azurite.TableEndpoint}", StringComparison.Ordinal) != true).ToList();
        var submit = Assert.Single(spans, span => span.Name == "task.submit");
        var attempts = spans.Where(span => span.Name == "task.attempt").OrderBy(span => span.Timestamp).ToList();
        var calls = spans.Where(span => span.Name == "GET /api/health/live").OrderBy(span => span.Timestamp).ToList();
        Assert.Equal(5, spans.Count);

        Assert.Equal($"{_caller}", submit.Context.Operation.ParentId);
        Assert.Equal([submit.Id, submit.Id], attempts.Select(attempt => attempt.Context.Operation.ParentId));
        Assert.Equal(attempts.Select(attempt => attempt.Id), calls.Select(call => call.Context.Operation.ParentId));

        Assert.Equal(("InProc", "test", "created", true, id), (submit.Type, submit.Target, submit.ResultCode, submit.Success, submit.Properties["orchestrator.task.id"]));
        Assert.Equal([("not_yet", false, "1"), ("succeeded", true, "2")], attempts.Select(attempt => (attempt.ResultCode, attempt.Success!.Value, attempt.Properties["orchestrator.attempt"])));
        Assert.DoesNotContain(spans, span => span.Data?.Contains("hidden", StringComparison.Ordinal) == true);
        Assert.Contains("orchestrator.tasks.ended 1 1 state=Succeeded type=test", _channel.Metrics);
        Assert.Contains(_channel.Metrics, metric => metric.StartsWith("orchestrator.storage.requests ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Task_NoConnectionString_NothingIsGathered()
    {
        await using (var app = await StartAsync())
            await app.HistoryAsync(await SubmitAsync(app));

        Assert.Equal([], _channel.Sent);
    }

    private Task<WholeApp> StartAsync(params string[] settings) => WholeApp.StartAsync(
        azurite, azurite.UniqueName(), "Normal", _script, [.. settings, "--Orchestrator:Outbound:AllowLoopback=true"], services => services
            .AddSingleton<ITelemetryChannel>(_channel)
            .Configure<ApplicationInsightsServiceOptions>(options => (options.EnableAdaptiveSampling, options.EnableQuickPulseMetricStream, options.EnableHeartbeat) = (false, false, false)));

    private async Task<string> SubmitAsync(WholeApp app)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/tasks") { Content = JsonContent.Create(new { type = "test", input = 1 }) };
        request.Headers.Add("traceparent", $"00-{_trace}-{_caller}-01");
        using var answer = await app.Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }
}
