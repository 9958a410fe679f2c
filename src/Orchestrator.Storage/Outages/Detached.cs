namespace Orchestrator.Storage.Outages;

/// <summary>
/// Begins what goes on for itself. Whoever happens to begin it is not whom it is done for: his log scopes, his trace and what else flows along must not go with it.
/// </summary>
internal static class Detached
{
    /// <param name="work">Never fails.</param>
    public static void Run(Func<Task> work) => ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work(), work, preferLocal: false);
}
