using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Orchestrator.Functions.Audit;
using Orchestrator.Functions.Problems;
using Orchestrator.Verification;

namespace Orchestrator.Functions.Http;

/// <summary>The route that holds what is stored against the rules.</summary>
public sealed class StorageVerificationFunction(IStorageVerifier verifier)
{
    /// <summary>As many ids as surely fit in a value.</summary>
    private const int NamedTasks = 10;

    private static readonly Dictionary<string, Func<(bool Repair, string? Token), string, Action<string>, (bool Repair, string? Token)>> Readers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["repair"] = (read, text, refuse) => (ReadRepair(text, refuse), read.Token),
        ["continuationToken"] = (read, text, refuse) => (read.Repair, QueryParameters.ReadToken(text, refuse)),
    };

    /// <summary>Checks the next stretch of storage, and mends what is wrong in it when asked to: 200 with the findings.</summary>
    [Function(nameof(VerifyStorage))]
    public async Task<IActionResult> VerifyStorage(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "storage/verify")] HttpRequest request, CancellationToken cancellationToken)
    {
        var (repair, token) = Read(request.Query);
        var trail = AuditTrail.Of(request).Changed("repair", null, repair ? "true" : "false");
        if (await verifier.CheckAsync(token, repair, cancellationToken) is not StretchOutcome.Checked { Stretch: var stretch })
            throw QueryParameters.InvalidToken();

        Say(trail.Changed("position", null, stretch.Position), stretch);
        return new JsonAnswer<StorageVerificationView>(StorageVerificationView.Of(stretch), ApiJson.Api.StorageVerificationView);
    }

    /// <summary>How many findings of each kind were mended, and the first of their tasks.</summary>
    private static void Say(AuditTrail trail, CheckedStretch stretch)
    {
        foreach (var kind in stretch.Findings.Where(finding => finding.Repair == RepairOutcome.Repaired).GroupBy(finding => finding.Code))
        {
            trail.Changed(kind.Key, kind.Count().ToString(CultureInfo.InvariantCulture), "0");
            if (kind.Select(finding => finding.TaskId).OfType<string>().Distinct().Take(NamedTasks).ToArray() is { Length: > 0 } tasks)
                trail.Changed($"{kind.Key} tasks", null, string.Join(' ', tasks));
        }
    }

    private static (bool Repair, string? Token) Read(IQueryCollection query)
    {
        var faults = new List<Fault>();
        var read = QueryParameters.Read<(bool Repair, string? Token)>(query, default, Readers, faults);
        return faults.Count == 0 ? read : throw new ProblemException(KnownProblems.InvalidQuery(faults));
    }

    private static bool ReadRepair(string text, Action<string> refuse)
    {
        if (text is not ("true" or "false"))
            refuse("It must be true or false.");
        return text == "true";
    }
}
