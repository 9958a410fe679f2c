using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.SampleApp.Http;

/// <summary>An instance as the app shows it.</summary>
/// <param name="Output">JSON, or for a failed one the text of the failure; null for none.</param>
public sealed record InstanceView(string Id, string Status, string? Output);

public static class InstanceFunctions
{
    private static readonly string[] _everyStatus = Enum.GetNames<OrchestrationRuntimeStatus>();

    /// <summary>Starts an instance with the body as its input: 202; 409 when there is one of this id, at whatever stage.</summary>
    [Function(nameof(Start))]
    public static async Task<IActionResult> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "instances/{orchestrator}/{id}")] HttpRequest request,
        string orchestrator,
        string id,
        [DurableClient] DurableTaskClient client)
    {
        var input = await JsonSerializer.DeserializeAsync<JsonElement>(request.Body);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, new StartOrchestrationOptions(id) { DedupeStatuses = _everyStatus });
            return new AcceptedResult();
        }
        catch (InvalidOperationException exists) when (exists.Message.EndsWith("already exists.", StringComparison.Ordinal))
        {
            return new ConflictResult();
        }
    }

    /// <summary>The instance when it has ended; with <c>?now</c> as it is now. 404 when there is none.</summary>
    [Function(nameof(GetInstance))]
    public static async Task<IActionResult> GetInstance(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "instances/{id}")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var instance = await client.GetInstanceAsync(id, getInputsAndOutputs: true, cancellationToken);
        if (instance is null)
            return new NotFoundResult();
        if (!request.Query.ContainsKey("now"))
            instance = await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, cancellationToken);
        return new OkObjectResult(View(instance));
    }

    /// <summary>All instances, those that others have started included, in the order of their ids.</summary>
    [Function(nameof(ListInstances))]
    public static async Task<IActionResult> ListInstances(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "instances")] HttpRequest request, [DurableClient] DurableTaskClient client)
    {
        var instances = new List<InstanceView>();
        await foreach (var instance in client.GetAllInstancesAsync(new OrchestrationQuery { FetchInputsAndOutputs = true }))
            instances.Add(View(instance));
        return new OkObjectResult(instances);
    }

    /// <summary>Raises an event with the body as its value: 202; 409 when the instance has ended.</summary>
    [Function(nameof(Raise))]
    public static async Task<IActionResult> Raise(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "instances/{id}/events/{name}")] HttpRequest request,
        string id,
        string name,
        [DurableClient] DurableTaskClient client)
    {
        var value = await JsonSerializer.DeserializeAsync<JsonElement>(request.Body);
        try
        {
            await client.RaiseEventAsync(id, name, value);
            return new AcceptedResult();
        }
        catch (Exception refused) when (refused.Message.Contains("FailedPrecondition", StringComparison.Ordinal))
        {
            return new ConflictResult();
        }
    }

    private static InstanceView View(OrchestrationMetadata instance) => new(
        instance.InstanceId, instance.RuntimeStatus.ToString(), instance.SerializedOutput);
}
