using Embedded.Functions.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Embedded.Functions.Http;

/// <summary>Reads a request's body for <c>[FromBody]</c>, with the worker's serializer; text and bytes as they are.</summary>
internal static class RequestBody
{
    /// <exception cref="InvalidDataException">The body is no JSON of the type.</exception>
    public static async ValueTask<object?> ReadAsync(InvocationContext context, Type type)
    {
        var http = context.GetHttpContext()!;
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, context.CancellationToken);
        if (type == typeof(string))
            return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
        if (type == typeof(byte[]))
            return buffer.ToArray();
        if (type == typeof(BinaryData))
            return BinaryData.FromBytes(buffer.ToArray());
        if (buffer.Length == 0)
            return null;
        buffer.Position = 0;
        var serializer = context.InstanceServices.GetRequiredService<IOptions<WorkerOptions>>().Value.Serializer!;
        try
        {
            return await serializer.DeserializeAsync(buffer, type, context.CancellationToken);
        }
        catch (System.Text.Json.JsonException fault)
        {
            throw new InvalidDataException($"The body of the request to '{context.FunctionDefinition.Name}' is no {type.Name}: {fault.Message}", fault);
        }
    }
}
