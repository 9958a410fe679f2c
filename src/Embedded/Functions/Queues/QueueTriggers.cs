using Azure;
using Azure.Storage.Queues;
using Embedded.Functions.Extensibility;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Queues;

/// <summary>Queue functions: one <see cref="QueueListener"/> each.</summary>
internal sealed class QueueTriggers(QueueClients clients, QueueListenerFactory factory) : ITriggerExtension, IDisposable
{
    private readonly List<(TriggeredFunction Function, QueueClient Queue)> _functions = [];
    private readonly List<QueueListener> _listeners = [];

    public bool Handles(Attribute triggerAttribute) => triggerAttribute is QueueTriggerAttribute;

    public void Add(TriggeredFunction function)
    {
        var trigger = (QueueTriggerAttribute)function.TriggerAttribute;
        if (function.TriggerParameter.ParameterType is { } type && (type.IsInterface || type.IsAbstract || type.Namespace?.StartsWith("Azure.", StringComparison.Ordinal) == true))
        {
            throw new FunctionBindingException(function.Name,
                $"its trigger parameter '{function.TriggerParameter.Name}' is of type {type.Name}; a queue trigger gives string, BinaryData, byte[] or a class read from JSON.");
        }

        _functions.Add((function, clients.Get(function.Name, trigger.QueueName, trigger.Connection)));
    }

    public bool Offers(TriggeredFunction function, string bindingDataName) =>
        QueueMessageData.Names.Contains(bindingDataName, StringComparer.OrdinalIgnoreCase);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_functions.Select(function => CreateAsync(function.Queue, cancellationToken)));
        foreach (var (function, queue) in _functions)
        {
            var listener = factory.Create(function, queue);
            _listeners.Add(listener);
            listener.Start();
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(_listeners.Select(listener => listener.StopAsync(cancellationToken)));

    public void Dispose() => _listeners.ForEach(listener => listener.Dispose());

    private static async Task CreateAsync(QueueClient queue, CancellationToken cancellationToken)
    {
        try
        {
            await queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        }
        catch (Exception fault) when (fault is RequestFailedException or AggregateException)
        {
            var reason = (fault as AggregateException)?.InnerExceptions[^1].Message ?? fault.Message;
            throw new HostStartException(
                $"The queue '{queue.Name}' at {queue.Uri.GetLeftPart(UriPartial.Authority)} cannot be reached: {reason.Split('\n')[0].Trim()} "
                + "Start the storage emulator (npx azurite), or set AzureWebJobsStorage to a storage account.", fault);
        }
    }
}
