using Embedded.DurableTask.SampleApp.Entities;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.SampleApp.Http;

public static class AccountFunctions
{
    /// <summary>The sum of an account; 0 for one that nobody has added to.</summary>
    [Function(nameof(GetAccount))]
    public static async Task<IActionResult> GetAccount(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "accounts/{key}")] HttpRequest request, string key, [DurableClient] DurableTaskClient client)
    {
        var account = await client.Entities.GetEntityAsync<int>(new EntityInstanceId(nameof(Account), key));
        return new OkObjectResult(account?.State ?? 0);
    }
}
