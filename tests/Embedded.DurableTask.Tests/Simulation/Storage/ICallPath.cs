namespace Embedded.DurableTask.Tests.Simulation.Storage;

/// <summary>The way of a call to storage and of its answer back.</summary>
internal interface ICallPath
{
    /// <summary>Who calls.</summary>
    object? Caller { get; }

    /// <param name="what">The call, for the trace.</param>
    /// <param name="apply">Does at the service what the call asks for, when it arrives there.</param>
    Task<T> CallAsync<T>(string what, bool isWrite, Func<T> apply, CancellationToken cancellationToken);
}

/// <summary>A way without length on which nothing goes wrong.</summary>
internal sealed class InstantPath : ICallPath
{
    public object? Caller => null;

    public Task<T> CallAsync<T>(string what, bool isWrite, Func<T> apply, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult(apply());
        }
        catch (Azure.RequestFailedException refused)
        {
            return Task.FromException<T>(refused);
        }
    }
}
