using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.SampleApp.Entities;

/// <summary>A sum, which adding the same amount twice would show.</summary>
public sealed class Account : TaskEntity<int>
{
    [Function(nameof(Account))]
    public static Task Run([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<Account>();

    /// <returns>The sum with it.</returns>
    public int Add(int amount) => State += amount;
}
