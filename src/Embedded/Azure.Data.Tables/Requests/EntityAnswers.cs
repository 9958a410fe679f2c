using System.Text.Json;
using Azure.Data.Tables.Columns;

namespace Azure.Data.Tables.Requests;

/// <summary>What the answers to requests on entities mean.</summary>
internal static class EntityAnswers
{
    /// <exception cref="RequestFailedException">The entity was not written.</exception>
    public static Response Written(Response answer) => answer.Status is 201 or 204 ? answer : throw new RequestFailedException(answer);

    /// <summary>404 is an answer too, as with the real client.</summary>
    public static Response Deleted(Response answer) => answer.Status is 204 or 404 ? answer : throw new RequestFailedException(answer);

    public static Response<T> Found<T>(Response answer)
        where T : class, ITableEntity => answer.Status == 200 ? Response.FromValue(Entity<T>(answer), answer) : throw new RequestFailedException(answer);

    public static NullableResponse<T> FoundOrAbsent<T>(Response answer)
        where T : class, ITableEntity => answer.Status == 404 ? new NoValueResponse<T>(answer) : Found<T>(answer);

    /// <exception cref="RequestFailedException">The answer is an error, or not a page of rows.</exception>
    public static List<T> Page<T>(Response answer)
        where T : class, ITableEntity
    {
        if (answer.Status != 200)
            throw new RequestFailedException(answer);

        try
        {
            return EntityReader.ReadPage<T>(answer.Content.ToMemory().Span);
        }
        catch (JsonException malformed)
        {
            throw new RequestFailedException(answer, malformed);
        }
    }

    private static T Entity<T>(Response answer)
        where T : class, ITableEntity
    {
        T entity;
        try
        {
            entity = EntityReader.Read<T>(answer.Content.ToMemory().Span);
        }
        catch (JsonException malformed)
        {
            throw new RequestFailedException(answer, malformed);
        }

        if (entity.ETag == default && answer.Headers.ETag is { } version)
            entity.ETag = version;
        return entity;
    }
}
