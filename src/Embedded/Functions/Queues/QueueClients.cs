using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Storage.Queues;
using Embedded.Functions.Configuration;
using Embedded.Functions.Extensibility;
using Microsoft.Extensions.Configuration;

namespace Embedded.Functions.Queues;

/// <summary>Queue clients by connection and name. Bodies are encoded by us, so that one that is not can be told from the rest.</summary>
internal sealed partial class QueueClients(IConfiguration configuration)
{
    private readonly ConcurrentDictionary<string, QueueServiceClient> _services = new(StringComparer.Ordinal);

    /// <exception cref="FunctionBindingException">The name or the connection is no good; the message says why.</exception>
    public QueueClient Get(string functionName, string queueName, string? connection)
    {
        var name = SettingExpression.Resolve(configuration, queueName, out var missing);
        if (missing is not null)
            throw new FunctionBindingException(functionName, $"its queue name '{queueName}' names the setting '{missing}', which is not there.");
        if (!QueueName().IsMatch(name))
            throw new FunctionBindingException(functionName, $"its queue name '{name}' is none: 3 to 63 lower-case letters, digits and single hyphens between them.");
        var account = StorageAccount.Find(configuration, connection)
            ?? throw new FunctionBindingException(functionName, $"its connection names the setting '{connection}', which is not there.");
        return Service(functionName, connection ?? "", account).GetQueueClient(name);
    }

    private QueueServiceClient Service(string functionName, string connection, StorageAccount account)
    {
        try
        {
            return _services.GetOrAdd(connection, static (_, account) => account.Queues(Options()), account);
        }
        catch (FormatException fault)
        {
            throw new FunctionBindingException(functionName, $"its connection string cannot be read: {fault.Message}");
        }
    }

    private static QueueClientOptions Options()
    {
        var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None };
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.MaxRetries = 3;
        options.Retry.Delay = TimeSpan.FromMilliseconds(100);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(2);
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(30);
        return options;
    }

    [GeneratedRegex("^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex QueueName();
}
