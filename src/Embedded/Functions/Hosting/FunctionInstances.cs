using Embedded.Functions.Extensibility;
using Embedded.Functions.Http;
using Embedded.Functions.Invocation;

namespace Embedded.Functions.Hosting;

/// <summary>
/// Which services a function gets: those of the host. In the hostile mode HTTP functions alone do, and each other kind of trigger
/// has an instance of its own, because the cloud scales kinds apart from one another: two functions of different kinds need never meet
/// in one process, and what one of them leaves in a singleton the other does not see.
/// </summary>
/// <param name="blueprint">Null for the kind mode.</param>
internal sealed class FunctionInstances(InvocationRuntime own, IServiceProvider services, InstanceBlueprint? blueprint = null) : IAsyncDisposable
{
    private readonly Dictionary<ITriggerExtension, FunctionInstance> _instances = [];

    /// <summary>What functions of a trigger run with. Instances come to be here; none after the start.</summary>
    public InvocationRuntime RuntimeFor(ITriggerExtension trigger)
    {
        if (blueprint is null || trigger is HttpTriggers)
            return own;
        if (!_instances.TryGetValue(trigger, out var instance))
            _instances.Add(trigger, instance = new FunctionInstance(blueprint.Create(services)));
        return instance.Runtime;
    }

    /// <summary>All at the same time, as in the cloud.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => EachAsync(instance => instance.StartAsync(cancellationToken));

    public Task StoppingAsync(CancellationToken cancellationToken) => EachAsync(instance => instance.StoppingAsync(cancellationToken));

    public Task StopAsync(CancellationToken cancellationToken) => EachAsync(instance => instance.StopAsync(cancellationToken));

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in _instances.Values)
            await instance.DisposeAsync();
    }

    private Task EachAsync(Func<FunctionInstance, Task> action) => Task.WhenAll(_instances.Values.Select(action));
}
