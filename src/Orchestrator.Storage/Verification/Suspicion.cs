using Orchestrator.Verification;

namespace Orchestrator.Storage.Verification;

/// <summary>Something that looks wrong, with how to mend it.</summary>
/// <param name="Finding">What it is.</param>
/// <param name="Repair">Mends it; false when it had changed meanwhile, and nothing was done. Null: nothing can be done safely.</param>
internal sealed record Suspicion(StorageFinding Finding, Func<CancellationToken, Task<bool>>? Repair);
