using Azure;
using Embedded.DurableTask.Log;
using Embedded.DurableTask.Ownership;
using Embedded.Functions.Extensibility;

namespace Embedded.DurableTask.Tests.Simulation.Checks;

/// <summary>What may be thrown when storage fails or another process takes over, and what is a bug.</summary>
internal static class Faults
{
    /// <exception cref="SimulationFailedException">The fault is a bug.</exception>
    public static void RequireExpected(Exception fault, Verdict verdict, string what)
    {
        if (!IsExpected(fault))
        {
            verdict.Fail($"{what}: {fault}");
        }
    }

    private static bool IsExpected(Exception fault) => fault switch
    {
        HubLostException or HubOwnedException or StorageFaultException or OperationCanceledException or IOException => true,
        RequestFailedException { Status: 0 or >= 500 } => true,
        HostStartException { InnerException: { } inner } => IsExpected(inner),
        InvalidOperationException { Message: "The task hub has stopped.", InnerException: var inner } => inner is null || IsExpected(inner),
        _ => false,
    };
}
