using Microsoft.DurableTask.Client;

namespace Orchestrator.Functions.Entities;

/// <summary>
/// Keeps the durable client that the host has bound for a function, for work that goes on between invocations. The worker offers
/// a client through a binding only; the one it binds lives as long as the process.
/// </summary>
public sealed class DurableClientSlot
{
    private volatile DurableTaskClient? _client;

    /// <summary>The latest client; null before the first function with one has run.</summary>
    public DurableTaskClient? Client
    {
        get => _client;
        set => _client = value;
    }
}
