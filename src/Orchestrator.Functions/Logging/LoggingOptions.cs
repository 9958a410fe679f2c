using Orchestrator.Configuration;

namespace Orchestrator.Functions.Logging;

/// <summary>How the console is written.</summary>
public sealed class LoggingOptions
{
    /// <summary>Where these stand in the configuration.</summary>
    public const string SectionName = "Orchestrator:Logging";

    /// <summary>
    /// How entries of the log are written to the console: <c>Text</c>, a short line for people, or <c>Json</c>, an object a line for machines.
    /// <c>Logging:Console:FormatterName</c> is stronger. Of the embedded platform; on Azure the host writes.
    /// </summary>
    [Live]
    public LogFormat Format { get; set; } = LogFormat.Text;
}

/// <summary>How entries of the log are written to the console.</summary>
public enum LogFormat
{
    /// <summary>A short line for people.</summary>
    Text,

    /// <summary>A JSON object in a line for machines.</summary>
    Json,
}
