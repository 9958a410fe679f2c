using System.ComponentModel;

namespace Orchestrator.Cli.Azurite;

/// <summary>What to tell a user whose machine lacks the runtime of the storage emulator.</summary>
internal static class NodeMissing
{
    public static string Message(string program, Win32Exception exception) =>
        $"{program} could not be started ({exception.Message}): install Node.js 20 or newer, which brings node and npm, and make sure "
        + "that both are on the PATH; or set AzureWebJobsStorage to the connection string of a storage account that answers.";
}
