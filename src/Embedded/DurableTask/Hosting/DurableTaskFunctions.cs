namespace Embedded.DurableTask.Hosting;

/// <summary>The app's durable functions.</summary>
internal sealed class DurableTaskFunctions
{
    public FunctionTable Orchestrators { get; } = new("an orchestrator");

    public FunctionTable Activities { get; } = new("an activity");

    public FunctionTable Entities { get; } = new("an entity");
}
