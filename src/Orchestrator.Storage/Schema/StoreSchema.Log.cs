using Microsoft.Extensions.Logging;

namespace Orchestrator.Storage.Schema;

internal static partial class StoreSchemaLog
{
    [LoggerMessage(2050, LogLevel.Information, "The store is now of schema version {Version}.")]
    public static partial void Upgraded(this ILogger logger, int version);

    [LoggerMessage(2051, LogLevel.Information, "Another process upgrades the store from schema version {Version} to {Target}; waiting for it.")]
    public static partial void Waiting(this ILogger logger, int version, int target);

    [LoggerMessage(2052, LogLevel.Warning, "An upgrade of the store from schema version {Version} was not finished; going on with it.")]
    public static partial void Abandoned(this ILogger logger, int version);
}
