using Microsoft.AspNetCore.Http;
using Orchestrator.Access;
using Orchestrator.Errors;
using Orchestrator.History;
using Orchestrator.Tasks;
using Orchestrator.TaskTypes;

namespace Orchestrator.Functions.Problems;

/// <summary>Every problem the API answers with by its own decision: codes, titles and statuses stand here and nowhere else.</summary>
internal static class KnownProblems
{
    /// <summary>The body is not JSON in the strict sense.</summary>
    public static Problem InvalidJson(IReadOnlyList<Fault> faults) => new()
    {
        Code = "invalid_json",
        Title = "The body is not valid JSON",
        Status = StatusCodes.Status400BadRequest,
        Detail = "Nothing was changed. Each entry of 'errors' says where the text is at fault.",
        Errors = faults,
    };

    /// <summary>The body is JSON, but not a task that can be accepted.</summary>
    public static Problem InvalidTask(IReadOnlyList<Fault> faults) => new()
    {
        Code = "invalid_task",
        Title = "The task cannot be accepted",
        Status = StatusCodes.Status400BadRequest,
        Detail = "Nothing was changed. Correct what 'errors' lists and send it again.",
        Errors = faults,
    };

    /// <summary>The body is JSON, but not a batch of tasks.</summary>
    public static Problem InvalidBatch(IReadOnlyList<Fault> faults) => new()
    {
        Code = "invalid_batch",
        Title = "The batch cannot be accepted",
        Status = StatusCodes.Status400BadRequest,
        Detail = "Nothing was stored. Correct what 'errors' lists and send it again.",
        Errors = faults,
    };

    /// <summary>The body is JSON, but does not say what is to be removed.</summary>
    public static Problem InvalidRetention(IReadOnlyList<Fault> faults) => new()
    {
        Code = "invalid_retention",
        Title = "The request cannot be accepted",
        Status = StatusCodes.Status400BadRequest,
        Detail = "Nothing was removed. Correct what 'errors' lists and send it again.",
        Errors = faults,
    };

    /// <summary>What is said of a level of the log is at fault.</summary>
    public static Problem InvalidLogLevel(IReadOnlyList<Fault> faults) => new()
    {
        Code = "invalid_log_level",
        Title = "The level cannot be set",
        Status = StatusCodes.Status400BadRequest,
        Detail = "Nothing was changed. Correct what 'errors' lists and send it again.",
        Errors = faults,
    };

    /// <summary>The body is JSON, but no definition of a task type.</summary>
    public static Problem InvalidTaskType(IReadOnlyList<Fault> faults) => new()
    {
        Code = "invalid_task_type",
        Title = "The task type cannot be accepted",
        Status = StatusCodes.Status400BadRequest,
        Detail = "Nothing was changed. Correct what 'errors' lists and send it again.",
        Errors = faults,
    };

    /// <summary>No such task type, or no such version of it. <paramref name="name"/> is as the caller wrote it.</summary>
    public static Problem TaskTypeNotFound(string name, int? version = null) => new()
    {
        Code = "task_type_not_found",
        Title = "There is no such task type",
        Status = StatusCodes.Status404NotFound,
        Detail = version is null ? $"No task type has the name '{name}'." : $"Task type '{name}' has no version {version}.",
    };

    /// <summary>What is not defined over the API cannot be deleted over it.</summary>
    public static Problem TaskTypeNotDeletable(string name, TaskTypeSource source) => new()
    {
        Code = "task_type_not_deletable",
        Title = "The task type is not defined over the API",
        Status = StatusCodes.Status409Conflict,
        Detail = source == TaskTypeSource.File
            ? $"Task type '{name}' is defined in a file that is read at start; remove it from the file and start again."
            : $"Task type '{name}' is defined by an agent in code; it goes with the agent.",
    };

    /// <summary>Another version is in force than the caller named in If-Match or If-None-Match.</summary>
    /// <param name="current">The one in force; null when there is none.</param>
    public static Problem PreconditionFailed(string name, int? current) => new()
    {
        Code = "precondition_failed",
        Title = "Another version is in force",
        Status = StatusCodes.Status412PreconditionFailed,
        Detail = current is null
            ? $"There is no task type '{name}'. Nothing was changed."
            : $"Version {current} of task type '{name}' is in force. Nothing was changed; read it and decide anew.",
    };

    /// <summary>The query string is at fault. Pointers name the parameter.</summary>
    public static Problem InvalidQuery(IReadOnlyList<Fault> faults) => new()
    {
        Code = "invalid_query",
        Title = "The query cannot be understood",
        Status = StatusCodes.Status400BadRequest,
        Detail = "Correct what 'errors' lists and ask again.",
        Errors = faults,
    };

    /// <summary>The body is over the limit.</summary>
    public static Problem BodyTooLarge(long maxBytes) => new()
    {
        Code = "body_too_large",
        Title = "The body is too large",
        Status = StatusCodes.Status413PayloadTooLarge,
        Detail = $"At most {maxBytes} bytes are accepted. Nothing was changed.",
    };

    /// <summary>No such task. <paramref name="id"/> is as the caller wrote it.</summary>
    public static Problem TaskNotFound(string id) => new()
    {
        Code = "task_not_found",
        Title = "There is no such task",
        Status = StatusCodes.Status404NotFound,
        Detail = $"No task has the id '{id}'.",
    };

    /// <summary>The task is over, so nothing more can be asked of it.</summary>
    /// <param name="what">What can no longer be done to it, such as "cancelled".</param>
    public static Problem TaskFinished(TaskId id, TaskState state, string what) => new()
    {
        Code = "task_finished",
        Title = "The task is over",
        Status = StatusCodes.Status409Conflict,
        Detail = $"Task {id} is {state} and can no longer be {what}.",
    };

    /// <summary>The idempotency key belongs to another body.</summary>
    public static Problem IdempotencyConflict(TaskId existing) => new()
    {
        Code = "idempotency_conflict",
        Title = "The idempotency key was used for something else",
        Status = StatusCodes.Status409Conflict,
        Detail = $"Task {existing} was submitted with this idempotency key and another body. Send the same body again, or take a new key.",
    };

    /// <summary>Another task has the name.</summary>
    public static Problem NameTaken(string name, TaskId existing) => new()
    {
        Code = "name_taken",
        Title = "The name belongs to another task",
        Status = StatusCodes.Status409Conflict,
        Detail = $"Task {existing} has the name '{name}'. Take another name, or use that task.",
    };

    /// <summary>The task is not over yet.</summary>
    public static Problem TaskNotFinished(TaskId id, TaskState state) => new()
    {
        Code = "task_not_finished",
        Title = "The task is not over",
        Status = StatusCodes.Status409Conflict,
        Detail = $"Task {id} is {state}. Wait for its end, or cancel it first.",
    };

    /// <summary>The end of the task is still to be called back.</summary>
    public static Problem CallbackPending(TaskId id) => new()
    {
        Code = "callback_pending",
        Title = "The task's end is still to be called back",
        Status = StatusCodes.Status409Conflict,
        Detail = $"The callback of task {id} has not arrived yet. Delete the task once its callback is Delivered or Failed.",
    };

    /// <summary>The task is not held back.</summary>
    public static Problem TaskNotPaused(TaskId id, TaskState state) => new()
    {
        Code = "task_not_paused",
        Title = "The task is not paused",
        Status = StatusCodes.Status409Conflict,
        Detail = $"Task {id} is {state}, so there is nothing to resume.",
    };

    /// <summary>The token is not one of the attempt.</summary>
    public static Problem AttemptTokenInvalid(TaskId id, int attempt) => new()
    {
        Code = "attempt_token_invalid",
        Title = "The attempt's token is needed",
        Status = StatusCodes.Status403Forbidden,
        Detail = $"Send the token that was given out for attempt {attempt} of task {id} in the header Orchestrator-Attempt-Token.",
    };

    /// <summary>The attempt is over, or somebody else's.</summary>
    public static Problem AttemptOver(TaskRecord task, int attempt) => new()
    {
        Code = "attempt_over",
        Title = "The attempt is over",
        Status = StatusCodes.Status409Conflict,
        Detail = $"Attempt {attempt} of task {task.Id} is over or was given to somebody else; the task is {task.State}. Nothing was changed.",
    };

    /// <summary>What is said of an attempt is at fault.</summary>
    public static Problem InvalidAttempt(IReadOnlyList<Fault> faults) => new()
    {
        Code = "invalid_attempt",
        Title = "What is said of the attempt cannot be accepted",
        Status = StatusCodes.Status400BadRequest,
        Detail = "Nothing was changed. Correct what 'errors' lists and send it again.",
        Errors = faults,
    };

    /// <summary>No such attempt.</summary>
    public static Problem AttemptNotFound(TaskId id, string attempt) => new()
    {
        Code = "attempt_not_found",
        Title = "There is no such attempt",
        Status = StatusCodes.Status404NotFound,
        Detail = $"Task {id} has no attempt '{attempt}'.",
    };

    /// <summary>No such dead letter. <paramref name="id"/> is as the caller wrote it.</summary>
    public static Problem DeadLetterNotFound(string id) => new()
    {
        Code = "dead_letter_not_found",
        Title = "There is no such dead letter",
        Status = StatusCodes.Status404NotFound,
        Detail = $"No dead letter has the id '{id}'.",
    };

    /// <summary>What was kept of the body is not all of it.</summary>
    /// <param name="length">Characters of the whole.</param>
    public static Problem DeadLetterTruncated(DeadLetterId id, int length) => new()
    {
        Code = "dead_letter_truncated",
        Title = "The body was not kept whole",
        Status = StatusCodes.Status409Conflict,
        Detail = $"The body of dead letter {id} had {length} characters or more, of which only the first were kept. Send the whole body as 'body'.",
    };

    /// <summary>Values that may have been secret were not kept.</summary>
    public static Problem DeadLetterWithheld(DeadLetterId id) => new()
    {
        Code = "dead_letter_withheld",
        Title = "The body was not kept as it was",
        Status = StatusCodes.Status409Conflict,
        Detail = $"Nobody knew which values in the body of dead letter {id} are secret, so they were replaced by ***. Send the whole body as 'body'.",
    };

    /// <summary>It was redriven with success, so that another body comes too late.</summary>
    public static Problem DeadLetterRedriven(DeadLetterId id, TaskId? task) => new()
    {
        Code = "dead_letter_redriven",
        Title = "The dead letter was redriven before",
        Status = StatusCodes.Status409Conflict,
        Detail = $"Dead letter {id} has become task {task}. Nothing was changed; submit another task if you want one.",
    };

    /// <summary>What a dead letter is to be redriven with is at fault.</summary>
    public static Problem InvalidRedrive(IReadOnlyList<Fault> faults) => new()
    {
        Code = "invalid_redrive",
        Title = "The dead letter cannot be redriven like this",
        Status = StatusCodes.Status400BadRequest,
        Detail = "Nothing was changed. Correct what 'errors' lists and send it again.",
        Errors = faults,
    };

    /// <summary>The caller has shown no valid key.</summary>
    public static Problem Unauthorized(string detail) => new()
    {
        Code = "unauthorized",
        Title = "An API key is needed",
        Status = StatusCodes.Status401Unauthorized,
        Detail = detail,
    };

    /// <summary>The caller is known, or nobody is let in at all.</summary>
    public static Problem Forbidden(string detail) => new()
    {
        Code = "forbidden",
        Title = "Not allowed",
        Status = StatusCodes.Status403Forbidden,
        Detail = detail,
    };

    /// <summary>The caller asks more often than it may.</summary>
    /// <param name="what">What there is too much of, as a sentence.</param>
    public static Problem TooManyRequests(string what, TimeSpan retryAfter) => new()
    {
        Code = "too_many_requests",
        Title = "Too many requests",
        Status = StatusCodes.Status429TooManyRequests,
        Detail = $"{what} Nothing was done; try again after the time that Retry-After says.",
        RetryAfter = retryAfter,
    };

    /// <summary>What an API key is to be created with is at fault.</summary>
    public static Problem InvalidApiKey(IReadOnlyList<Fault> faults) => new()
    {
        Code = "invalid_api_key",
        Title = "The API key cannot be created like this",
        Status = StatusCodes.Status400BadRequest,
        Detail = "Nothing was created. Correct what 'errors' lists and send it again.",
        Errors = faults,
    };

    /// <summary>No such API key. <paramref name="id"/> is as the caller wrote it.</summary>
    public static Problem ApiKeyNotFound(string id) => new()
    {
        Code = "api_key_not_found",
        Title = "There is no such API key",
        Status = StatusCodes.Status404NotFound,
        Detail = $"No API key has the id '{id}'.",
    };

    /// <summary>There are as many API keys as there may be.</summary>
    public static Problem TooManyApiKeys(int most) => new()
    {
        Code = "too_many_api_keys",
        Title = "There are too many API keys",
        Status = StatusCodes.Status409Conflict,
        Detail = $"There may be {most} API keys, those included that are revoked or expired and still kept for the record. Nothing was created.",
    };

    /// <summary>Without the key no admin could get in.</summary>
    public static Problem LastAdminKey(ApiKeyId id) => new()
    {
        Code = "last_admin_key",
        Title = "It is the last way in for an admin",
        Status = StatusCodes.Status409Conflict,
        Detail = $"Without API key {id} no admin could call the app until a key is configured. Nothing was changed; create another key first, or say force=true.",
    };

    /// <summary>The body did not arrive in time.</summary>
    public static Problem BodyTooSlow(TimeSpan limit) => new()
    {
        Code = "body_too_slow",
        Title = "The body came too slowly",
        Status = StatusCodes.Status408RequestTimeout,
        Detail = $"The body must arrive within {limit.TotalSeconds:0} seconds. Nothing was changed.",
    };

    /// <summary>A control character stands where none may.</summary>
    /// <param name="where">Where it stands.</param>
    public static Problem ControlCharacter(string where) => new()
    {
        Code = "invalid_request",
        Title = "The request cannot be read",
        Status = StatusCodes.Status400BadRequest,
        Detail = $"There is a control character in {where}. Nothing was changed.",
    };

    /// <summary>The authority that issues tokens cannot be asked for its keys.</summary>
    public static Problem IdentityUnavailable(TimeSpan retryAfter) => new()
    {
        Code = "identity_unavailable",
        Title = "Tokens cannot be checked at the moment",
        Status = StatusCodes.Status503ServiceUnavailable,
        Detail = "The keys of the authority that issues tokens cannot be fetched, so nobody can be let in with one. Try again later, or use an API key.",
        RetryAfter = retryAfter,
    };

    /// <summary>Storage does not answer; the same request may succeed soon. Which storage, and what is wrong with it, is in the log alone.</summary>
    public static Problem StorageUnavailable() => new()
    {
        Code = "storage_unavailable",
        Title = "Storage is not available",
        Status = StatusCodes.Status503ServiceUnavailable,
        Detail = "Storage does not work for the app at the moment. Send the same request again later; what is wrong is in the log, and GET /api/health names it by a code.",
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    /// <summary>A newer release has upgraded the store beneath this process.</summary>
    public static Problem StoreSchemaNewer() => new()
    {
        Code = StorageUnavailableException.StoreSchemaNewer,
        Title = "The store is of a newer release",
        Status = StatusCodes.Status503ServiceUnavailable,
        Detail = "The process that answers is of an older release than the store, and takes no more work. Send the same request again later, when a process of the newer release answers.",
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    /// <summary>A fault of ours. What went wrong is in the log, not in the answer.</summary>
    public static Problem Internal() => new()
    {
        Code = "internal_error",
        Title = "Something went wrong here",
        Status = StatusCodes.Status500InternalServerError,
        Detail = "The request could not be carried out. The log has the reason under the trace id.",
    };
}
