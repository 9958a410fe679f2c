using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;
using Moq;
using Orchestrator.Functions.Orchestrations;

namespace Orchestrator.Functions.Tests.Fakes;

/// <summary>A durable client that remembers what it is asked for.</summary>
internal sealed class DurableClients
{
    public DurableClients()
    {
        Mock = new Mock<DurableTaskClient>("test");
        Mock.Setup(client => client.ScheduleNewOrchestrationInstanceAsync(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions?>(), It.IsAny<CancellationToken>()))
            .Returns((TaskName name, object? input, StartOrchestrationOptions? options, CancellationToken _) =>
            {
                if (Failure is not null)
                    return Task.FromException<string>(Failure);

                Assert.Equal(nameof(TaskOrchestrator), name.Name);
                Assert.Equal(new TaskRun(1), input);
                if (Existing.Contains(options!.InstanceId!))
                    return Task.FromException<string>(new InvalidOperationException("An Orchestration instance with the ID exists."));

                Assert.Null(options.DedupeStatuses);
                lock (Started)
                    Started.Add(options.InstanceId!);
                return Task.FromResult(options.InstanceId!);
            });
        Mock.Setup(client => client.RaiseEventAsync(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<object?>(), It.IsAny<CancellationToken>()))
            .Returns((string instance, string name, object? _, CancellationToken _) =>
            {
                if (Failure is not null)
                    return Task.FromException(Failure);

                Raised.Add((instance, name));
                return Task.CompletedTask;
            });
        Mock.Setup(client => client.GetInstanceAsync(It.IsAny<string>(), It.IsAny<bool>(), It.IsAny<CancellationToken>()))
            .Returns((string instance, bool _, CancellationToken _) => Existing.Contains(instance)
                ? Task.FromResult<OrchestrationMetadata?>(new OrchestrationMetadata(nameof(TaskOrchestrator), instance))
                : Failure is null ? Task.FromResult<OrchestrationMetadata?>(null) : Task.FromException<OrchestrationMetadata?>(Failure));
        var entities = new Mock<DurableEntityClient>("test");
        entities.Setup(client => client.SignalEntityAsync(It.IsAny<EntityInstanceId>(), It.IsAny<string>(), It.IsAny<object?>(), It.IsAny<SignalEntityOptions?>(), It.IsAny<CancellationToken>()))
            .Returns((EntityInstanceId id, string operation, object? input, SignalEntityOptions? _, CancellationToken _) =>
            {
                Signals.Add((id, operation, input, Started.Count));
                return Task.CompletedTask;
            });
        Mock.Setup(client => client.Entities).Returns(entities.Object);
        Mock.Setup(client => client.PurgeInstanceAsync(It.IsAny<string>(), It.IsAny<PurgeInstanceOptions?>(), It.IsAny<CancellationToken>()))
            .Returns((string instance, PurgeInstanceOptions? _, CancellationToken _) =>
            {
                if (Failure is not null || FailingPurges.Contains(instance))
                    return Task.FromException<PurgeResult>(Failure ?? new IOException("broken"));

                lock (Purged)
                    Purged.Add(instance);
                return Task.FromResult(new PurgeResult(Finished.Remove(instance) ? 1 : 0));
            });
    }

    public Mock<DurableTaskClient> Mock { get; }

    public DurableTaskClient Client => Mock.Object;

    /// <summary>Thrown by every start and event.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Instances that are there already.</summary>
    public HashSet<string> Existing { get; } = [];

    /// <summary>Instances that have ended, until they are purged.</summary>
    public HashSet<string> Finished { get; } = [];

    /// <summary>Instances that were to be purged.</summary>
    public List<string> Purged { get; } = [];

    /// <summary>Instances that no purge works on.</summary>
    public HashSet<string> FailingPurges { get; } = [];

    /// <summary>Instances started; none of them was running.</summary>
    public List<string> Started { get; } = [];

    /// <summary>What entities were told, and how many instances had been started by then.</summary>
    public List<(EntityInstanceId Entity, string Operation, object? Input, int StartedBefore)> Signals { get; } = [];

    public List<(string Instance, string Event)> Raised { get; } = [];
}
