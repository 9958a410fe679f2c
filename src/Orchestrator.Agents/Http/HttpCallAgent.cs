using Orchestrator.Agents.Outbound;
using Orchestrator.Errors;

namespace Orchestrator.Agents.Http;

/// <summary>
/// Calls an address once, or again and again until its answer is as awaited. It holds no state: an attempt that is made anew begins with a call.
/// </summary>
internal sealed class HttpCallAgent(OutboundHttp http, TimeProvider time) : IAgent
{
    public const string TaskType = "http";

    /// <inheritdoc/>
    public async Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
    {
        var call = HttpCallReader.Read(context.Input);
        if (call.Poll is { } poll)
            return await PollAsync(context, call, poll, cancellationToken);

        var response = await SendAsync(context, call, cancellationToken);
        return call.Expected.Contains(response.Status)
            ? AgentResult.Of(HttpCallOutput.Of(response, HttpAnswerBody.Read(response)))
            : throw Unexpected(call, call.Expected, response.Status);
    }

    /// <summary>What may get better, an answer or a lack of one, is waited out like any other that is not the awaited one.</summary>
    private async Task<AgentResult> PollAsync(AgentContext context, HttpCall call, HttpPoll poll, CancellationToken cancellationToken)
    {
        var expected = new StatusSet([.. call.Expected.Entries, .. poll.Status?.Entries ?? []]);
        for (var calls = 1; ; calls++)
        {
            var wait = poll.Every;
            string seen;
            try
            {
                var response = await SendAsync(context, call, cancellationToken);
                var body = HttpAnswerBody.Read(response);
                if (expected.Contains(response.Status) && poll.IsMetBy(response.Status, body))
                    return AgentResult.Of(HttpCallOutput.Of(response, body));
                if (!expected.Contains(response.Status) && !MayGetBetter(response.Status))
                    throw Unexpected(call, expected, response.Status);

                seen = $"status {response.Status}";
                if (response.RetryAfter(time.GetUtcNow()) is { } asked && asked > wait)
                    wait = asked;
            }
            catch (OutboundException exception) when (exception.IsRetryable)
            {
                seen = exception.Code;
            }

            if (context.Deadline - time.GetUtcNow() <= wait)
                throw NotDone(call, calls, seen);
            context.ReportProgress(0, $"Call {calls}: {seen}, not yet what is waited for; the next one in {wait:c}.");
            await Task.Delay(wait, time, cancellationToken);
        }
    }

    /// <summary>The secrets are put in for each call and nowhere else: a poll that lasts for hours calls with those of the hour.</summary>
    private async Task<OutboundResponse> SendAsync(AgentContext context, HttpCall call, CancellationToken cancellationToken)
    {
        if (await HttpSecrets.ResolveAsync(context, cancellationToken) is { } input)
            call = HttpCallReader.Read(input);
        return await http.SendAsync(new OutboundRequest { Method = call.Method, Address = call.Address, Headers = call.Headers, Body = call.Body }, cancellationToken);
    }

    private static bool MayGetBetter(int status) => status is 408 or 425 or 429 or >= 500;

    private static AgentException Unexpected(HttpCall call, StatusSet expected, int status) =>
        new("unexpected_status", $"{Target(call)} answered with status {status}; expected was {expected}.", MayGetBetter(status));

    private static AgentException NotDone(HttpCall call, int calls, string seen) => new(
        "poll_not_done",
        $"{Target(call)} was called {calls} times and did not answer what is waited for by the attempt's deadline; last seen: {seen}.",
        isRetryable: true);

    private static string Target(HttpCall call) => OutboundRules.Describe(new Uri(call.Address));
}
