using System.Text.Json;
using Orchestrator.Schemas;
using Orchestrator.Secrets;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Activities;

/// <summary>Holds outputs against the schema of the version of the task type that the task was submitted with, and says which fields are masked.</summary>
public sealed class OutputCheck(ITaskTypeCatalog types, JsonSchemas schemas)
{
    private const int MaxShown = 5;

    /// <summary>Turns a success with an output that does not fit into a failure <c>output_invalid</c>, which the policy may try again.</summary>
    /// <returns>The outcome that counts.</returns>
    public async ValueTask<AttemptOutcome> CheckAsync(TaskRecord task, AttemptOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome is not AttemptOutcome.Succeeded succeeded)
            return outcome;

        var type = await types.GetPinnedAsync(task.Type, task.TypeVersion, cancellationToken);
        if (type?.OutputSchema is not { } schema)
            return outcome;

        var output = JsonElement.Parse(succeeded.Output);
        var mask = await MaskOfAsync(type, task, cancellationToken);
        IReadOnlyList<Fault> faults = [.. mask.Scrub(schemas.FindFaults(schema, output, mask), output, mayQuote: false)];
        return faults.Count == 0 ? outcome : new AttemptOutcome.Failed(Describe(task, faults), IsRetryable: true);
    }

    /// <summary>The fields that are masked in whatever is stored of a task: those of the version it was submitted with and those of today.</summary>
    public async ValueTask<FieldMask> FindMaskAsync(TaskRecord task, CancellationToken cancellationToken) =>
        await MaskOfAsync(await types.GetPinnedAsync(task.Type, task.TypeVersion, cancellationToken), task, cancellationToken);

    private async ValueTask<FieldMask> MaskOfAsync(TaskType? pinned, TaskRecord task, CancellationToken cancellationToken) =>
        FieldMask.Of(pinned, await types.FindAsync(task.Type, cancellationToken));

    private static TaskError Describe(TaskRecord task, IReadOnlyList<Fault> faults)
    {
        var first = faults.Take(MaxShown).Select(fault => fault.Pointer.Length > 0 ? $"{fault.Pointer}: {fault.Message}" : fault.Message);
        var others = faults.Count > MaxShown ? " There are more faults." : "";
        return new TaskError("output_invalid", $"The output does not fit the output schema of task type '{task.Type}', version {task.TypeVersion}. {string.Join(' ', first)}{others}");
    }
}
