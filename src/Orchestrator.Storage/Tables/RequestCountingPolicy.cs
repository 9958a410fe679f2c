using Azure.Core;
using Azure.Core.Pipeline;

namespace Orchestrator.Storage.Tables;

/// <summary>Counts every request that leaves, repeated ones included.</summary>
internal sealed class RequestCountingPolicy : HttpPipelineSynchronousPolicy
{
    private readonly StorageMetrics _metrics;

    public RequestCountingPolicy(StorageMetrics metrics) => _metrics = metrics;

    public override void OnSendingRequest(HttpMessage message) => _metrics.RequestSent(message.Request.Method.Method);
}
