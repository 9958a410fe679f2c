using Embedded.Functions.Configuration;
using Embedded.Functions.Extensibility;

namespace Embedded.Functions.Queues;

/// <summary><c>extensions.queues</c> of host.json.</summary>
internal sealed record QueueSettings
{
    /// <summary>Messages taken at once; 1 to 32.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>More are taken as soon as no more than this many are being worked on; default: half of <see cref="BatchSize"/>.</summary>
    public int NewBatchThreshold { get; init; } = 8;

    /// <summary>How long a message whose function failed stays hidden before it is tried again; 0 to 7 days.</summary>
    public TimeSpan VisibilityTimeout { get; init; } = TimeSpan.Zero;

    /// <summary>Tries before a message goes to the poison queue; 1 or more.</summary>
    public int MaxDequeueCount { get; init; } = 5;

    /// <summary>The longest pause between two looks at an empty queue; 100 ms to 1 hour.</summary>
    public TimeSpan MaxPollingInterval { get; init; } = TimeSpan.FromMinutes(1);

    public MessageEncoding Encoding { get; init; } = MessageEncoding.Base64;

    /// <summary>
    /// How long a message is hidden while it is worked on; renewed at half of it. The real host hides for 10 minutes,
    /// so that what a killed process held stays away for as long; here the next process is up in a second.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <exception cref="HostStartException">A setting is not what it must be; the message tells of all of them.</exception>
    public static QueueSettings Read(HostJson hostJson)
    {
        var section = hostJson.Extension("queues");
        var defaults = new QueueSettings();
        var reader = new SettingReader(SettingReader.HostJson);
        var batchSize = reader.Integer(section.GetSection("batchSize"), defaults.BatchSize, minimum: 1, maximum: 32);
        var settings = new QueueSettings
        {
            BatchSize = batchSize,
            NewBatchThreshold = reader.Integer(section.GetSection("newBatchThreshold"), batchSize / 2, minimum: 0, maximum: 1000),
            VisibilityTimeout = reader.Duration(section.GetSection("visibilityTimeout"), defaults.VisibilityTimeout, TimeSpan.Zero, TimeSpan.FromDays(7)),
            MaxDequeueCount = reader.Integer(section.GetSection("maxDequeueCount"), defaults.MaxDequeueCount, minimum: 1, maximum: int.MaxValue),
            MaxPollingInterval = reader.Duration(
                section.GetSection("maxPollingInterval"), defaults.MaxPollingInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
            Encoding = reader.OneOf(section.GetSection("messageEncoding"), defaults.Encoding),
        };
        reader.ThrowIfFaulty();
        return settings;
    }
}
