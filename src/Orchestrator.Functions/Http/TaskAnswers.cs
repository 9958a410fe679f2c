using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Orchestrator.Functions.Problems;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Http;

/// <summary>What the routes of tasks have in common.</summary>
internal static class TaskAnswers
{
    /// <summary>The id in a route.</summary>
    /// <exception cref="ProblemException">It is none, so there is no such task.</exception>
    public static TaskId Parse(string id) => TaskId.TryParse(id, out var task) ? task : throw NotFound(id);

    public static ProblemException NotFound(string id) => new(KnownProblems.TaskNotFound(id));

    /// <summary>200 with the task.</summary>
    public static IActionResult Ok(TaskRecord task, AttemptReport? report = null) => new JsonAnswer<TaskView>(TaskView.Of(task, report), ApiJson.Api.TaskView);

    /// <summary>202 with the task and where it is to be found.</summary>
    public static IActionResult Accepted(TaskRecord task) => new JsonAnswer<TaskView>(TaskView.Of(task), ApiJson.Api.TaskView)
    {
        Status = StatusCodes.Status202Accepted,
        Location = LocationOf(task.Id),
    };

    public static string LocationOf(TaskId id) => $"/api/tasks/{id}";
}
