using Azure.Core.Serialization;

namespace Embedded.Functions.Queues;

/// <summary>Turns message bodies into what functions take, and what they return into message bodies.</summary>
internal static class MessageBody
{
    /// <summary>The bytes of a body as it stands in the queue; null if it is not encoded as it should be.</summary>
    public static BinaryData? Decode(BinaryData body, MessageEncoding encoding)
    {
        if (encoding is MessageEncoding.None)
            return body;
        var text = body.ToString();
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? BinaryData.FromBytes(bytes.AsMemory(0, length)) : null;
    }

    public static string Encode(BinaryData body, MessageEncoding encoding) =>
        encoding is MessageEncoding.Base64 ? Convert.ToBase64String(body) : body.ToString();

    /// <exception cref="System.Text.Json.JsonException">The body is no JSON of the type.</exception>
    public static async ValueTask<object?> ToParameterAsync(BinaryData body, Type type, ObjectSerializer serializer, CancellationToken cancellationToken)
    {
        if (type == typeof(string))
            return body.ToString();
        if (type == typeof(BinaryData))
            return body;
        if (type == typeof(byte[]))
            return body.ToArray();
        await using var stream = body.ToStream();
        return await serializer.DeserializeAsync(stream, type, cancellationToken);
    }

    /// <summary>The messages that an output value stands for.</summary>
    public static async ValueTask<IReadOnlyList<BinaryData>> FromOutputAsync(object value, ObjectSerializer serializer, CancellationToken cancellationToken) =>
        value is System.Collections.IEnumerable many and not (string or byte[] or System.Collections.IDictionary)
            ? await FromManyAsync(many, serializer, cancellationToken)
            : [await FromOneAsync(value, serializer, cancellationToken)];

    private static async ValueTask<IReadOnlyList<BinaryData>> FromManyAsync(
        System.Collections.IEnumerable values, ObjectSerializer serializer, CancellationToken cancellationToken)
    {
        var bodies = new List<BinaryData>();
        foreach (var value in values)
        {
            if (value is not null)
                bodies.Add(await FromOneAsync(value, serializer, cancellationToken));
        }

        return bodies;
    }

    private static async ValueTask<BinaryData> FromOneAsync(object value, ObjectSerializer serializer, CancellationToken cancellationToken) => value switch
    {
        string text => BinaryData.FromString(text),
        BinaryData data => data,
        byte[] bytes => BinaryData.FromBytes(bytes),
        _ => await serializer.SerializeAsync(value, value.GetType(), cancellationToken),
    };
}
