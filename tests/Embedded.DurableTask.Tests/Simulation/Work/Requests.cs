using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Tests.Simulation.Checks;
using Embedded.DurableTask.Tests.Simulation.Code;
using Embedded.DurableTask.Tests.Simulation.Processes;

namespace Embedded.DurableTask.Tests.Simulation.Work;

/// <summary>
/// What a client can ask for. What it is told is checked at once: what has been acknowledged is durable, and what is shown is
/// durable, and not older than the question where the process asked is the owner.
/// </summary>
internal sealed class Requests(SimulatedWorld world)
{
    private int _made;

    private Witness Witness => world.Witness;

    private Verdict Verdict => world.Verdict;

    public void Start(string id, IReadOnlyList<string> steps, IReadOnlySet<InstanceStatus> replaceable, TimeSpan delay) =>
        Start(_ => id, id, steps, replaceable, delay);

    /// <summary>Starts an instance under an id that is made for this very start.</summary>
    public void StartNew(IReadOnlyList<string> steps) =>
        Start(nonce => new Guid(int.Parse(nonce.AsSpan(1), null), 0, 0, new byte[8]).ToString("N"), "a new one", steps, null, TimeSpan.Zero);

    private void Start(Func<string, string> idOf, string what, IReadOnlyList<string> steps, IReadOnlySet<InstanceStatus>? replaceable, TimeSpan delay) =>
        world.Clients.Make($"start {what} {string.Join(';', steps)}", async process =>
        {
            var nonce = Name("n");
            var id = idOf(nonce);
            Witness.ExpectStart(nonce, replaceable ?? new HashSet<InstanceStatus>());
            var now = process.Clock.GetUtcNow().UtcDateTime;
            var start = new ExecutionStarted
            {
                ExecutionId = "e" + nonce,
                Name = Plan.Name,
                Input = Plan.First(nonce, steps).ToString(),
                CreatedAt = now,
                StartAt = delay > TimeSpan.Zero ? now + delay : null,
            };
            var inTheWay = await process.Hub.StartAsync(id, start, replaceable, CancellationToken.None);
            Verdict.Require(
                inTheWay is null ? Witness.HasArrived(nonce) : Witness.VersionsOf(id).Present > 0, $"The start {nonce} of '{id}' was answered with {inTheWay}, and that is not durable.");
        });

    public void Raise(string id) => Send(id, "v", order => new EventRaised(Plan.Event, order));

    public void Terminate(string id, bool recursive) => Send(id, "t", order => new ExecutionTerminated(order, recursive));

    /// <summary>Suspends an instance, and has it resumed later.</summary>
    public void Suspend(string id, TimeSpan duration)
    {
        Send(id, "s", order => new ExecutionSuspended(order));
        world.Clock.After(duration, () => Resume(id));
    }

    public void Resume(string id) => Send(id, "u", order => new ExecutionResumed(order));

    public void Signal(string entity, string operation, TimeSpan delay) => world.Clients.Make($"signal {entity} {operation}", async process =>
    {
        var order = Name("o");
        Witness.Expect(order);
        var request = new EntityRequest(operation, order, null) { DeliverAt = delay > TimeSpan.Zero ? process.Clock.GetUtcNow().UtcDateTime + delay : null };
        await process.Hub.SignalEntityAsync(entity, request, CancellationToken.None);
        Verdict.Require(Witness.HasArrived(order), $"The signal {order} to {entity} was acknowledged, and is not durable.");
    });

    public void Get(string id, bool withPayloads) => world.Clients.Make($"get {id}", process => GetAsync(process, id, withPayloads));

    public void GetEntity(string entity) => world.Clients.Make($"get {entity}", process => GetEntityAsync(process, entity));

    public void Wait(string id, bool started, TimeSpan? limit) => world.Clients.Make($"wait for {id}", async process =>
    {
        var before = Witness.VersionsOf(id).Present;
        using var patience = limit is { } most ? new CancellationTokenSource(most, process.Clock) : new CancellationTokenSource();
        try
        {
            var view = await process.Hub.WaitAsync(id, started, withPayloads: true, patience.Token);
            RequireTrue(process, id, Versions.Of(view), before);
            Verdict.Require(
                view is null || view.Status >= InstanceStatus.Completed || (started && view.Status != InstanceStatus.Pending), $"The wait for '{id}' was over when it was {view?.Status}.");
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // It has waited long enough.
        }
    });

    public void Purge(string id, bool recursive) => world.Clients.Make($"purge {id}", async process =>
    {
        var before = Witness.PurgesOf(id);
        var removed = await process.Hub.PurgeAsync(id, recursive, CancellationToken.None);
        Verdict.Require(removed == 0 || recursive || Witness.PurgesOf(id) > before, $"{removed} purged instances of '{id}' were acknowledged, and that is not durable.");
    });

    public void Query(int pageSize) => world.Clients.Make($"query by {pageSize}", process => QueryAsync(process, pageSize));

    public void QueryEntities(int pageSize) => world.Clients.Make($"query entities by {pageSize}", async process =>
    {
        var before = Plans.Entities.ToDictionary(e => e, e => Witness.VersionsOf(e).Present);
        var found = new HashSet<string>(StringComparer.Ordinal);
        for (string? last = null; await process.Hub.QueryEntitiesAsync(new EntityFilter(), last, pageSize, CancellationToken.None) is { Count: > 0 } page; last = page[^1].Entity)
        {
            foreach (var view in page)
            {
                Verdict.Require(found.Add(view.Entity), $"{view.Entity} was listed twice.");
                RequireTrue(process, view.Entity, view.State!, before[view.Entity]);
            }
        }
    });

    /// <summary>Whoever cleans finds nothing: what ends frees what it has locked.</summary>
    public void CleanEntities() => world.Clients.Make("clean entities", async process =>
    {
        for (string? last = null, first = ""; first is not null; first = last)
        {
            var cleaning = await process.Hub.CleanEntitiesAsync(removeEmpty: true, releaseOrphans: true, last, CancellationToken.None);
            Verdict.Require(cleaning is { Removed: 0, Released: 0 }, $"{cleaning.Released} locks were left by executions that are gone.");
            last = cleaning.Last;
        }
    });

    public async Task GetAsync(SimulatedProcess process, string id, bool withPayloads)
    {
        var before = Witness.VersionsOf(id).Present;
        var view = await process.Hub.GetAsync(id, withPayloads, CancellationToken.None);
        RequireTrue(process, id, Versions.Of(view), before);
    }

    public async Task GetEntityAsync(SimulatedProcess process, string entity)
    {
        var before = Witness.VersionsOf(entity).Present;
        var view = await process.Hub.GetEntityAsync(entity, CancellationToken.None);
        RequireTrue(process, entity, view?.State ?? "", before);
    }

    public async Task QueryAsync(SimulatedProcess process, int pageSize)
    {
        var before = Witness.Ids.Where(Witness.State.Orchestrations.ContainsKey).ToDictionary(id => id, id => (Witness.VersionsOf(id).Present, Witness.PurgesOf(id)));
        var found = new Dictionary<string, InstanceView>(StringComparer.Ordinal);
        for (string? last = null; await process.Hub.QueryAsync(new InstanceFilter(), last, pageSize, withPayloads: true, CancellationToken.None) is { Count: > 0 } page; last = page[^1].InstanceId)
        {
            foreach (var view in page)
            {
                Verdict.Require(found.TryAdd(view.InstanceId, view), $"'{view.InstanceId}' was listed twice.");
                RequireTrue(process, view.InstanceId, Versions.Of(view), before.GetValueOrDefault(view.InstanceId).Present);
            }
        }

        foreach (var (id, (_, purges)) in before)
        {
            Verdict.Require(found.ContainsKey(id) || Witness.PurgesOf(id) > purges || !Witness.IsOwner(process), $"'{id}' was not listed.");
        }
    }

    private void Send(string id, string kind, Func<string, OrchestrationMessage> message) => world.Clients.Make($"send {kind} to {id}", async process =>
    {
        var order = Name(kind);
        Witness.Expect(order);
        var (wasThere, purges) = (Witness.State.Orchestrations.ContainsKey(id), Witness.PurgesOf(id));
        var delivery = await process.Hub.SendAsync(id, message(order), CancellationToken.None);
        Verdict.Require(delivery != Delivery.Delivered || Witness.HasArrived(order), $"{order} was delivered to '{id}', and that is not durable.");
        Verdict.Require(
            delivery != Delivery.NotFound || !wasThere || Witness.PurgesOf(id) > purges || !Witness.IsOwner(process), $"'{id}' was not found by {order}.");
    });

    /// <summary>An answer shows what is or was durable; the owner's is no older than the question.</summary>
    private void RequireTrue(SimulatedProcess process, string key, string look, int before)
    {
        var number = Witness.VersionsOf(key).NumberOf(look);
        Verdict.Require(number is not null, $"{process.Name} has shown '{key}' as '{look}', which it never was.");
        Verdict.Require(number >= before || !Witness.IsOwner(process), $"{process.Name} has shown '{key}' as '{look}', which it was before it was asked ({number} < {before}).");
    }

    private string Name(string kind) => $"{kind}{++_made}";
}
