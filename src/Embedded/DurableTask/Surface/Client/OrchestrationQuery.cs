namespace Microsoft.DurableTask.Client;

/// <summary>Which orchestrations to list; what is null does not restrict.</summary>
/// <param name="PageSize">From 1 on.</param>
/// <param name="FetchInputsAndOutputs">Whether payloads are to come with them.</param>
/// <param name="ContinuationToken">Where to begin, from an earlier page; null for the start.</param>
public record OrchestrationQuery(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IEnumerable<OrchestrationRuntimeStatus>? Statuses = null,
    IEnumerable<string>? TaskHubNames = null,
    string? InstanceIdPrefix = null,
    int PageSize = OrchestrationQuery.DefaultPageSize,
    bool FetchInputsAndOutputs = false,
    string? ContinuationToken = null)
{
    public const int DefaultPageSize = 100;
}
