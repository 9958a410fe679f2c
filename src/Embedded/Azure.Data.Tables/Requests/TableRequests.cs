using System.Text;
using System.Text.Json;
using Azure.Core;
using Azure.Data.Tables.Connection;
using Azure.Data.Tables.Models;

namespace Azure.Data.Tables.Requests;

/// <summary>The requests on tables as a whole.</summary>
internal static class TableRequests
{
    private static readonly StatusCodeClassifier CreatedOrThere = new([201, 204, 409]);
    private static readonly StatusCodeClassifier DeletedOrAbsent = new([204, 404]);

    /// <param name="mayExist">Whether 409 is an expected answer, which no log shows as an error.</param>
    public static HttpMessage Create(TableConnection connection, string table, bool mayExist)
    {
        var message = connection.CreateMessage(RequestMethod.Post, "/Tables");
        if (mayExist)
            message.ResponseClassifier = CreatedOrThere;
        message.Request.Headers.Add("Content-Type", "application/json");
        message.Request.Headers.Add("Prefer", "return-no-content");
        message.Request.Content = RequestContent.Create(Encoding.UTF8.GetBytes($"{{\"TableName\":\"{JsonEncodedText.Encode(table)}\"}}"));
        return message;
    }

    public static HttpMessage Delete(TableConnection connection, string table)
    {
        var message = connection.CreateMessage(RequestMethod.Delete, $"/Tables('{Uri.EscapeDataString(table)}')");
        message.ResponseClassifier = DeletedOrAbsent;
        return message;
    }

    public static HttpMessage Query(TableConnection connection, string? filter, int? top, string? nextTable)
    {
        var message = connection.CreateMessage(RequestMethod.Get, "/Tables");
        QueryParameters.Add(message.Request.Uri, "$top", QueryParameters.Top(top));
        QueryParameters.Add(message.Request.Uri, "$filter", filter);
        QueryParameters.Add(message.Request.Uri, "NextTableName", nextTable);
        return message;
    }

    /// <summary>The answer to <see cref="Create"/>.</summary>
    /// <exception cref="RequestFailedException">The table was not created, and is not there either where <paramref name="mayExist"/> is set.</exception>
    public static Response<TableItem> Created(Response answer, string table, bool mayExist)
    {
        if (answer.Status is 201 or 204)
            return Response.FromValue(new TableItem(table), answer);

        var failure = new RequestFailedException(answer);
        return mayExist && failure.ErrorCode == TableErrorCode.TableAlreadyExists ? Response.FromValue(new TableItem(table), answer) : throw failure;
    }

    /// <summary>The answer to <see cref="Delete"/>: 404 is one, as with the real client.</summary>
    public static Response Deleted(Response answer) => answer.Status is 204 or 404 ? answer : throw new RequestFailedException(answer);
}
