using System.Net;
using Azure.Data.Tables.Models;

namespace Azure.Data.Tables.Errors;

/// <summary>
/// Refusals that need no round trip: what Azure would answer to a request that breaks one of its limits, with its status and code. They are made here because
/// Azurite lets some of it pass, so that code which works against Azurite works against Azure.
/// </summary>
internal static class Refused
{
    public static RequestFailedException BadRequest(TableErrorCode code, string message) => Create(HttpStatusCode.BadRequest, code.ToString(), message);

    public static RequestFailedException BodyTooLarge(string message) => Create(HttpStatusCode.RequestEntityTooLarge, "RequestBodyTooLarge", message);

    private static RequestFailedException Create(HttpStatusCode status, string code, string message) =>
        new((int)status, $"{message}\nStatus: {(int)status} (refused before sending)\nErrorCode: {code}", code, innerException: null);
}
