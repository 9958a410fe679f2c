using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Functions.Activities;
using Orchestrator.Functions.DeadLetters;
using Orchestrator.Functions.Entities;
using Orchestrator.Functions.FollowUps;
using Orchestrator.Functions.Metrics;
using Orchestrator.Functions.Orchestrations;
using Orchestrator.Functions.Retention;
using Orchestrator.Functions.Submissions;
using Orchestrator.Functions.Waiting;
using Orchestrator.History;
using Orchestrator.Schemas;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Functions.Tests.Fakes;

/// <summary>What the functions of tasks are made of, on a store in memory and a durable client that remembers what it is asked for.</summary>
internal sealed class TaskRig
{
    public TaskRig()
    {
        Storage = new MemoryAvailability(Time);
        Store = new MemoryTaskStore(Time);
        Siblings = new MemorySiblings(Store, Time);
        Metrics = new TaskMetrics(Meters);
        Lifecycle = new TaskLifecycle(Store, Siblings, Signals, new SystemRandomSource(), Time, Metrics);
        Orchestrations = new OrchestrationStarter(Storage, Time, NullLogger<OrchestrationStarter>.Instance);
        Starter = new TaskStarter(Siblings, Lifecycle, Orchestrations, NullLogger<TaskStarter>.Instance);
        Submitter = new TaskSubmitter(Store, Starter, Metrics);
        Intake = new SubmissionIntake(new TaskSubmissionReader(new TestCatalog(), Time), Siblings);
        Waiter = new TaskWaiter(Store, Signals, Time);
        Waits = new AttemptWaits(Lifecycle, Siblings, Time);
        Bin = new DeadLetterBin(DeadLetterStore, new OrchestratorMetrics(Meters), NullLogger<DeadLetterBin>.Instance);
        Callbacks = new TaskCallbacks(Siblings, Bin, Time, NullLogger<TaskCallbacks>.Instance);
        FollowUps = new FollowUpRunner(
            Store, Siblings, Lifecycle, Orchestrations, Callbacks, NullLogger<FollowUpRunner>.Instance);
        Redriver = new DeadLetterRedriver(DeadLetterStore, Intake, Submitter, Callbacks, Store, Lifecycle, Time, NullLogger<DeadLetterRedriver>.Instance);
        Purger = new TaskPurger(Store, FollowUps, Orchestrations, Time);
        Starts = new StartQueue(Starter, Slot, NullLogger<StartQueue>.Instance);
    }

    public ManualTimeProvider Time { get; } = new(TestTasks.Start);

    public MemoryAvailability Storage { get; }

    public DurableClients Clients { get; } = new();

    public DurableClientSlot Slot { get; } = new();

    public TaskSignals Signals { get; } = new();

    public MemoryTaskStore Store { get; }

    public MemorySiblings Siblings { get; }

    public TaskLifecycle Lifecycle { get; }

    public OrchestrationStarter Orchestrations { get; }

    public TaskStarter Starter { get; }

    public TaskSubmitter Submitter { get; }

    public SubmissionIntake Intake { get; }

    public TaskWaiter Waiter { get; }

    public AttemptWaits Waits { get; }

    public MemorySlotQueues Queues { get; } = new();

    public StartQueue Starts { get; }

    public FollowUpRunner FollowUps { get; }

    public MemoryDeadLetters DeadLetterStore { get; } = new();

    public TaskPurger Purger { get; }

    public IReadOnlyList<DeadLetter> DeadLetters => DeadLetterStore.Letters;

    public TestMeters Meters { get; } = new();

    public TaskMetrics Metrics { get; }

    public DeadLetterBin Bin { get; }

    public TaskCallbacks Callbacks { get; }

    public DeadLetterRedriver Redriver { get; }

    public OrchestratorMetrics Sweeps { get; } = new(new Meters());

    public OutputCheck Outputs { get; } = new(new TestCatalog(), new JsonSchemas());

    public AttemptHolders Holders { get; } = new(ProcessIdentity.Current, "test");

    /// <summary>The slots of tasks of the types in a catalog.</summary>
    public AttemptSlots Slots(ITaskTypeCatalog catalog) => new(Store, catalog, Lifecycle, Waits, Time);

    /// <summary>Stores a task of the test catalog's type.</summary>
    public async Task<TaskId> SubmitAsync(Func<TaskSubmission, TaskSubmission>? change = null)
    {
        var submission = new TaskSubmission { Type = TestCatalog.Test };
        var outcome = (SubmitOutcome.Created)await Store.SubmitAsync(change is null ? submission : change(submission), CancellationToken.None);
        return outcome.Task.Record.Id;
    }

    /// <summary>Begins an attempt at a task, as some agent.</summary>
    public async Task<(StoredTask Task, AttemptLease Lease)> ClaimAsync(TaskId id, int attempt = 1)
    {
        var result = await Lifecycle.ClaimAsync(id, new AttemptClaim(attempt, "holder", "agent", TimeSpan.FromMinutes(1)), CancellationToken.None);
        return (result!.Task, ((ClaimDecision.Claimed)result.Decision).Lease);
    }

    /// <summary>Does a task, as some agent.</summary>
    public async Task EndAsync(TaskId id, AttemptOutcome outcome)
    {
        var (task, lease) = await ClaimAsync(id);
        await Lifecycle.CompleteAsync(task, lease, outcome, CancellationToken.None);
    }
}
