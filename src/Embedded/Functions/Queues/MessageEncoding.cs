namespace Embedded.Functions.Queues;

/// <summary>How message bodies stand in the queue.</summary>
internal enum MessageEncoding
{
    None,
    Base64,
}
