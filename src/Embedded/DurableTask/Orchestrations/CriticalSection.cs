using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Orchestrations;

/// <summary>
/// The locks of an execution and what its code may do while it holds them. A section begins with the request for its locks and
/// ends with their release. The texts are the real platform's.
/// </summary>
internal sealed class CriticalSection
{
    private EntityInstanceId[] _entities = [];

    /// <summary>Those that can be called now; null while the locks are awaited.</summary>
    private HashSet<EntityInstanceId>? _available;

    /// <summary>The id of the decision that began the section; null outside of one.</summary>
    public int? Id { get; private set; }

    /// <summary>The locked entities that no call is under way to, in the order of locking.</summary>
    public IReadOnlyList<EntityInstanceId> Available => [.. _entities.Where(e => _available?.Contains(e) ?? false)];

    /// <exception cref="InvalidOperationException">Sections do not nest.</exception>
    public void RequireNone()
    {
        if (Id is not null)
        {
            throw new InvalidOperationException("Must not enter another critical section from within a critical section.");
        }
    }

    /// <exception cref="InvalidOperationException">A sub-orchestration could wait for what its parent has locked.</exception>
    public void RequireNoneForSubOrchestration()
    {
        if (Id is not null)
        {
            throw new InvalidOperationException("While holding locks, cannot call suborchestrators.");
        }
    }

    /// <exception cref="InvalidOperationException">The entity is locked: it would run the signal after the section, not within.</exception>
    public void RequireSignal(EntityInstanceId entity)
    {
        if (Id is not null && _entities.Contains(entity))
        {
            throw new InvalidOperationException("Must not signal a locked entity from a critical section.");
        }
    }

    public void Begin(int id, EntityInstanceId[] entities)
    {
        Id = id;
        _entities = entities;
        _available = null;
    }

    /// <summary>The locks are held from now on.</summary>
    public void Enter() => _available = [.. _entities];

    /// <summary>Takes the entity for one call.</summary>
    /// <returns>The section that the call belongs to, for <see cref="EndCall"/>; null outside of one.</returns>
    /// <exception cref="InvalidOperationException">It is not locked, or is being called.</exception>
    public int? BeginCall(EntityInstanceId entity)
    {
        if (Id is not null && _available?.Remove(entity) is not true)
        {
            throw new InvalidOperationException(
                _available is null ? "Must await the completion of the lock request prior to calling any entity."
                : _entities.Contains(entity) ? "Must not call an entity from a critical section while a prior call to the same entity is still pending."
                : "Must not call an entity from a critical section if it is not one of the locked entities.");
        }

        return Id;
    }

    /// <summary>A call has been answered. One that was made before or in another section frees nothing.</summary>
    public void EndCall(int? section, EntityInstanceId entity)
    {
        if (section is not null && section == Id)
        {
            _available?.Add(entity);
        }
    }

    /// <returns>Whether it was this section that has ended now.</returns>
    public bool End(int section)
    {
        if (section != Id)
        {
            return false;
        }

        Id = null;
        _entities = [];
        _available = null;
        return true;
    }
}
