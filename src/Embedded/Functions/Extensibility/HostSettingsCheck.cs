namespace Embedded.Functions.Extensibility;

/// <summary>
/// Reads some of the platform's settings, to see whether they can be read. All that are registered are asked before anything starts, and with the app's own
/// options if it validates them, so that all faults are told at once.
/// </summary>
/// <param name="read">Throws <see cref="HostSettingsException"/> if they cannot.</param>
public sealed class HostSettingsCheck(Action read)
{
    /// <summary>What is wrong, a line for each fault; empty when nothing is.</summary>
    public IReadOnlyList<string> FindFaults()
    {
        try
        {
            read();
            return [];
        }
        catch (HostSettingsException fault)
        {
            return fault.Message.Split(Environment.NewLine);
        }
    }
}
