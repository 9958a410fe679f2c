using Azure.Core;
using Azure.Core.Pipeline;

namespace Orchestrator.Storage.Tables;

/// <summary>Counts and times every request that leaves, repeated ones included.</summary>
internal sealed class RequestCountingPolicy(StorageMetrics metrics, TimeProvider time) : HttpPipelinePolicy
{
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var began = Begin(message);
        int? status = null;
        try
        {
            ProcessNext(message, pipeline);
            status = message.Response.Status;
        }
        finally
        {
            End(message, began, status);
        }
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var began = Begin(message);
        int? status = null;
        try
        {
            await ProcessNextAsync(message, pipeline);
            status = message.Response.Status;
        }
        finally
        {
            End(message, began, status);
        }
    }

    private long Begin(HttpMessage message)
    {
        metrics.RequestSent(message.Request.Method.Method);
        return time.GetTimestamp();
    }

    private void End(HttpMessage message, long began, int? status) => metrics.RequestEnded(message.Request.Method.Method, status, time.GetElapsedTime(began));
}
