using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Orchestrator.Storage.Tables;

namespace Orchestrator.Storage.Outages;

/// <summary>Tells the breaker of every try, and sends none while storage is away.</summary>
internal sealed class BreakerPolicy(StorageBreaker breaker, StorageMetrics metrics) : HttpPipelinePolicy
{
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Enter();
        try
        {
            ProcessNext(message, pipeline);
        }
        catch (Exception exception) when (IsFailure(message, exception))
        {
            breaker.Failed(exception);
            throw;
        }

        Answered(message.Response);
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Enter();
        try
        {
            await ProcessNextAsync(message, pipeline);
        }
        catch (Exception exception) when (IsFailure(message, exception))
        {
            breaker.Failed(exception);
            throw;
        }

        Answered(message.Response);
    }

    private void Enter()
    {
        if (breaker.IsAway)
            metrics.RequestHeldBack();
        breaker.ThrowIfAway();
    }

    /// <summary>That the caller gave up says nothing of storage.</summary>
    private static bool IsFailure(HttpMessage message, Exception exception) =>
        StorageFailures.IsUnclear(exception) && !message.CancellationToken.IsCancellationRequested;

    private void Answered(Response response)
    {
        if (response.Status is 408 or 429 or >= 500)
            breaker.Failed(new RequestFailedException(response));
        else
            breaker.Succeeded();
    }
}
