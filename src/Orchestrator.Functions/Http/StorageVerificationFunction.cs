using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Orchestrator.Functions.Problems;
using Orchestrator.Verification;

namespace Orchestrator.Functions.Http;

/// <summary>The route that holds what is stored against the rules.</summary>
public sealed class StorageVerificationFunction(IStorageVerifier verifier)
{
    private const string Repair = "repair";
    private const string ContinuationToken = "continuationToken";

    /// <summary>Checks the next stretch of storage, and mends what is wrong in it when asked to: 200 with the findings.</summary>
    [Function(nameof(VerifyStorage))]
    public async Task<IActionResult> VerifyStorage(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "storage/verify")] HttpRequest request, CancellationToken cancellationToken)
    {
        var (repair, token) = Read(request.Query);
        return await verifier.CheckAsync(token, repair, cancellationToken) is StretchOutcome.Checked { Stretch: var stretch }
            ? new JsonAnswer<StorageVerificationView>(StorageVerificationView.Of(stretch), ApiJson.Api.StorageVerificationView)
            : throw TaskQueryReader.InvalidToken();
    }

    private static (bool Repair, string? Token) Read(IQueryCollection query)
    {
        var faults = new List<Fault>();
        foreach (var (name, values) in query)
        {
            if (values.Count != 1)
                faults.Add(new Fault($"/{name}", "The parameter stands there more than once."));
            else if (name is not (Repair or ContinuationToken))
                faults.Add(new Fault(JsonPointer.Join("", name), $"There is no such parameter; there are: {Repair}, {ContinuationToken}."));
        }

        var repair = query.TryGetValue(Repair, out var text) ? text.ToString() : "false";
        if (repair is not ("true" or "false"))
            faults.Add(new Fault($"/{Repair}", "It must be true or false."));
        var token = query.TryGetValue(ContinuationToken, out var given) && given.ToString() is { Length: > 0 } position ? position : null;
        return faults.Count == 0 ? (repair == "true", token) : throw new ProblemException(KnownProblems.InvalidQuery(faults));
    }
}
