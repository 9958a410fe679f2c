using Microsoft.Extensions.Options;
using Orchestrator.Errors;

namespace Orchestrator.Functions.Startup;

/// <summary>Tells a start that cannot succeed until somebody changes something from a bug.</summary>
internal static class StartFailure
{
    /// <summary>The exit code when something is wrong with what the app is told: EX_CONFIG of sysexits.h.</summary>
    public const int ConfigurationExitCode = 78;

    /// <summary>The exit code when anything else keeps the app from starting.</summary>
    public const int ExitCode = 1;

    /// <summary>What to change, a line for each fault; null for a bug, which deserves its stack trace.</summary>
    public static string? Describe(Exception exception) => exception switch
    {
        OptionsValidationException options => string.Join(Environment.NewLine, options.Failures),
        AggregateException many when many.InnerExceptions.All(inner => Describe(inner) is not null) =>
            string.Join(Environment.NewLine, many.InnerExceptions.Select(Describe)),
        AgentRegistrationException agents => string.Join(Environment.NewLine, agents.Faults),
        TaskTypeFilesException files => string.Join(Environment.NewLine, files.Faults),
        OrchestratorException known => known.Message,
        _ => null,
    };
}
