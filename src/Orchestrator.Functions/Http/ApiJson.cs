using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Functions.Health;
using Orchestrator.Functions.Limits;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Stats;

namespace Orchestrator.Functions.Http;

/// <summary>How the API writes JSON: camelCase, enums by name, nulls written, only what JSON requires escaped.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(TaskView))]
[JsonSerializable(typeof(TaskListView))]
[JsonSerializable(typeof(TaskEventsView))]
[JsonSerializable(typeof(TaskEventView))]
[JsonSerializable(typeof(TaskCountsView))]
[JsonSerializable(typeof(AttemptsView))]
[JsonSerializable(typeof(AttemptDetailView))]
[JsonSerializable(typeof(HeartbeatView))]
[JsonSerializable(typeof(AttemptTokenView))]
[JsonSerializable(typeof(BatchView))]
[JsonSerializable(typeof(TaskTypeView))]
[JsonSerializable(typeof(TaskTypeListView))]
[JsonSerializable(typeof(ValidationView))]
[JsonSerializable(typeof(DeadLetterListView))]
[JsonSerializable(typeof(DeadLetterView))]
[JsonSerializable(typeof(LimitersView))]
[JsonSerializable(typeof(StorageVerificationView))]
[JsonSerializable(typeof(StatsView))]
[JsonSerializable(typeof(RetentionRunView))]
[JsonSerializable(typeof(ExportedAttemptView))]
[JsonSerializable(typeof(ConfigView))]
[JsonSerializable(typeof(LogLevelsView))]
[JsonSerializable(typeof(AuditView))]
[JsonSerializable(typeof(ApiKeyListView))]
[JsonSerializable(typeof(ApiKeyView))]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>The one instance; answers are never put into HTML, so nothing more has to be escaped.</summary>
    public static ApiJson Api { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
