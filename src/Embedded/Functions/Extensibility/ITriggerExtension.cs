namespace Embedded.Functions.Extensibility;

/// <summary>
/// Brings one family of triggers to the platform. Registered as a singleton by a
/// <c>WorkerExtensionStartup</c>; the host hands it every function whose trigger it handles, then starts it.
/// </summary>
public interface ITriggerExtension
{
    /// <summary>Whether functions with this trigger attribute belong to this extension.</summary>
    bool Handles(Attribute triggerAttribute);

    /// <summary>Takes a function over. Called for each of them before <see cref="StartAsync"/>.</summary>
    /// <exception cref="FunctionBindingException">The function cannot be bound; the message says why.</exception>
    void Add(TriggeredFunction function);

    /// <summary>Whether the trigger tells a value of this name in its binding data, so that a parameter of that name can take it.</summary>
    bool Offers(TriggeredFunction function, string bindingDataName) => false;

    /// <summary>Begins to listen. Returns when the functions can be triggered.</summary>
    /// <exception cref="HostStartException">It cannot begin; the message says why and what to do.</exception>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Takes nothing new, and returns when what is in flight has ended or <paramref name="cancellationToken"/> fires.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}
