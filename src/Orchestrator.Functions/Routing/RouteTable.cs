using System.Collections.Frozen;
using System.Collections.Immutable;
using Orchestrator.Access;
using Orchestrator.Functions.Http;

namespace Orchestrator.Functions.Routing;

/// <summary>
/// Every HTTP route of the app and who may call it: the one place that says so. To the host all routes are anonymous, because
/// the worker never learns which function key was used; a function without a row here answers nobody.
/// </summary>
internal static class RouteTable
{
    /// <summary>All rows.</summary>
    public static ImmutableArray<Route> Routes { get; } =
    [
        new("POST", "tasks", nameof(TasksFunctions.SubmitTask), Role.Operator) { IsSubmission = true },
        new("GET", "tasks", nameof(TasksFunctions.ListTasks), Role.Viewer),
        new("GET", "tasks/{id}", nameof(TasksFunctions.GetTask), Role.Viewer),
        new("GET", "tasks/counts", nameof(TasksFunctions.CountTasks), Role.Viewer),
        new("GET", "tasks/named/{name}", nameof(TasksFunctions.GetNamedTask), Role.Viewer),
        new("POST", "tasks/batch", nameof(TaskBatchFunctions.SubmitTasks), Role.Operator) { IsSubmission = true },
        new("POST", "tasks/bulk", nameof(BulkFunctions.SubmitBulk), Role.Operator),
        new("POST", "tasks/{id}/cancel", nameof(TaskWishesFunctions.CancelTask), Role.Operator),
        new("POST", "tasks/{id}/pause", nameof(TaskWishesFunctions.PauseTask), Role.Operator),
        new("POST", "tasks/{id}/resume", nameof(TaskWishesFunctions.ResumeTask), Role.Operator),
        new("POST", "tasks/{id}/rerun", nameof(TaskWishesFunctions.RerunTask), Role.Operator),
        new("DELETE", "tasks/{id}", nameof(TaskWishesFunctions.DeleteTask), Role.Operator),
        new("GET", "tasks/{id}/events", nameof(TaskEventsFunctions.GetTaskEvents), Role.Viewer),
        new("GET", "tasks/{id}/export", nameof(ExportFunctions.ExportTask), Role.Viewer),
        new("GET", "tasks/{id}/attempts", nameof(AttemptsFunctions.ListAttempts), Role.Viewer),
        new("GET", "tasks/{id}/attempts/{attempt}", nameof(AttemptsFunctions.GetAttempt), Role.Viewer),
        new("POST", "tasks/{id}/attempts/{attempt}/token", nameof(AttemptsFunctions.IssueAttemptToken), Role.Operator),

        // Whoever has the attempt's token may complete the attempt, and nothing else.
        new("POST", "tasks/{id}/attempts/{attempt}/complete", nameof(AttemptsFunctions.CompleteAttempt), Role.Anyone),
        new("POST", "tasks/{id}/attempts/{attempt}/fail", nameof(AttemptsFunctions.FailAttempt), Role.Anyone),
        new("POST", "tasks/{id}/attempts/{attempt}/heartbeat", nameof(AttemptsFunctions.HeartbeatAttempt), Role.Anyone),
        new("POST", "tasks/validate", nameof(TaskValidationFunctions.ValidateTask), Role.Operator) { ChangesNothing = true },
        new("GET", "task-types", nameof(TaskTypesFunctions.ListTaskTypes), Role.Viewer),
        new("GET", "task-types/{name}", nameof(TaskTypesFunctions.GetTaskType), Role.Viewer),
        new("PUT", "task-types/{name}", nameof(TaskTypesFunctions.PutTaskType), Role.Admin),
        new("DELETE", "task-types/{name}", nameof(TaskTypesFunctions.DeleteTaskType), Role.Admin),
        new("GET", "dead-letters", nameof(DeadLettersFunctions.ListDeadLetters), Role.Viewer),
        new("GET", "dead-letters/{id}", nameof(DeadLettersFunctions.GetDeadLetter), Role.Viewer),
        new("POST", "dead-letters/{id}/redrive", nameof(DeadLettersFunctions.RedriveDeadLetter), Role.Operator),
        new("DELETE", "dead-letters/{id}", nameof(DeadLettersFunctions.DiscardDeadLetter), Role.Operator),
        new("GET", "stats", nameof(StatsFunction.GetStats), Role.Viewer),
        new("POST", "retention/run", nameof(RetentionFunctions.RunRetention), Role.Admin),
        new("GET", "limiters", nameof(LimitersFunction.ListLimiters), Role.Viewer),
        new("POST", "storage/verify", nameof(StorageVerificationFunction.VerifyStorage), Role.Admin),
        new("GET", "config", nameof(ConfigFunction.GetConfig), Role.Admin) { WorksWithoutStorage = true },
        new("GET", "logging", nameof(LoggingFunctions.GetLogLevels), Role.Admin) { WorksWithoutStorage = true },
        new("PUT", "logging/{category}", nameof(LoggingFunctions.SetLogLevel), Role.Admin),
        new("DELETE", "logging/{category}", nameof(LoggingFunctions.ResetLogLevel), Role.Admin),
        new("GET", "audit", nameof(AuditFunction.ListAudit), Role.Admin),
        new("GET", "keys", nameof(ApiKeysFunctions.ListApiKeys), Role.Admin),
        new("POST", "keys", nameof(ApiKeysFunctions.CreateApiKey), Role.Admin),
        new("DELETE", "keys/{id}", nameof(ApiKeysFunctions.RevokeApiKey), Role.Admin),
        new("GET", "health", nameof(HealthFunctions.GetHealth), Role.Anyone) { WorksWithoutStorage = true },
        new("GET", "health/live", nameof(HealthFunctions.GetLiveness), Role.Anyone) { WorksWithoutStorage = true },
        new("GET", "health/ready", nameof(HealthFunctions.GetReadiness), Role.Anyone) { WorksWithoutStorage = true },
    ];

    private static readonly FrozenDictionary<string, Route> ByFunction =
        Routes.ToFrozenDictionary(route => route.Function, StringComparer.OrdinalIgnoreCase);

    /// <summary>The row of a function; null when it has none.</summary>
    public static Route? Find(string function) => ByFunction.GetValueOrDefault(function);
}
