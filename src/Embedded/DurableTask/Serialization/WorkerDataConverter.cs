using System.Text;
using Azure.Core.Serialization;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.Serialization;

/// <summary>Stores values as the worker's own serializer writes them, so that all functions of an app read and write alike.</summary>
internal sealed class WorkerDataConverter(ObjectSerializer serializer) : DataConverter
{
    public override string? Serialize(object? value) =>
        value is null ? null : serializer.Serialize(value, value.GetType(), CancellationToken.None).ToString();

    public override object? Deserialize(string? data, Type targetType)
    {
        if (data is null)
        {
            return null;
        }

        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(data), writable: false);
        return serializer.Deserialize(stream, targetType, CancellationToken.None);
    }
}
