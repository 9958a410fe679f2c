using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.DurableTask.SampleApp.Http;

public static class HealthFunction
{
    /// <summary>Answers as soon as the app takes requests.</summary>
    [Function(nameof(GetHealth))]
    public static IActionResult GetHealth([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request) => new OkObjectResult("up");
}
