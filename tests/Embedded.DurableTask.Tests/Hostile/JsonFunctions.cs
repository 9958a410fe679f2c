using System.Text.Json.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Tests.Hostile;

/// <summary>
/// Crosses boundaries. Of what is sent, JSON takes the stamps along; an object that was handed over as it is would show up with
/// what is smuggled in it, or with what was stamped on it after it was sent.
/// </summary>
public sealed class Parcel
{
    public List<string> Stamps { get; init; } = [];

    [JsonIgnore]
    public object? Smuggled { get; private set; }

    /// <summary>The parcel as it arrived somewhere, stamped.</summary>
    public Parcel Arrive(string where) => Smuggled is null
        ? new Parcel { Stamps = [.. Stamps, where] }
        : throw new InvalidOperationException($"The very object that was sent has arrived: {where}, after {string.Join(", ", Stamps)}.");

    /// <summary>The same parcel, as something that must not arrive.</summary>
    public Parcel Loaded()
    {
        Smuggled = new object();
        return this;
    }

    /// <summary>Hands the loaded parcel over and stamps on it at once.</summary>
    public T Send<T>(Func<Parcel, T> take)
    {
        var taken = take(Loaded());
        Stamps.Add("too late");
        return taken;
    }
}

/// <summary>Functions that send a parcel across every boundary there is.</summary>
public static class JsonFunctions
{
    [Function(nameof(Journey))]
    public static async Task<Parcel> Journey([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var parcel = context.GetInput<Parcel>()!.Arrive("orchestration input");
        if (parcel.Stamps.Count > 1)
        {
            return parcel.Loaded();
        }

        var keeper = new EntityInstanceId(nameof(Keeper), context.InstanceId);
        parcel = (await parcel.Send(p => context.CallActivityAsync<Parcel>(nameof(Act), p))).Arrive("activity output");
        parcel = (await parcel.Send(p => context.CallSubOrchestratorAsync<Parcel>(nameof(Pass), p))).Arrive("sub-orchestration output");
        await parcel.Send(p => context.Entities.CallEntityAsync(keeper, "Put", p));
        parcel = (await context.Entities.CallEntityAsync<Parcel>(keeper, "Get")).Arrive("entity output");
        parcel.Send(p => Do(() => context.SetCustomStatus(p)));
        parcel = (await context.WaitForExternalEvent<Parcel>("parcel")).Arrive("event");
        parcel.Send(p => Do(() => context.ContinueAsNew(p)));
        return new Parcel();
    }

    [Function(nameof(Pass))]
    public static Parcel Pass([OrchestrationTrigger] TaskOrchestrationContext context) => context.GetInput<Parcel>()!.Arrive("sub-orchestration input").Loaded();

    [Function(nameof(Act))]
    public static Parcel Act([ActivityTrigger] Parcel parcel) => parcel.Arrive("activity input").Loaded();

    [Function(nameof(Keeper))]
    public static Task Keep([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<Keeper>();

    private static bool Do(Action action)
    {
        action();
        return true;
    }

    public sealed class Keeper : TaskEntity<Parcel>
    {
        public void Put(Parcel parcel) => State = parcel.Arrive("entity input").Loaded();

        public Parcel Get() => State.Arrive("entity state").Loaded();

        protected override Parcel InitializeState(TaskEntityOperation entityOperation) => new();
    }
}
