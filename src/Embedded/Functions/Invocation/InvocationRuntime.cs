using Embedded.Functions.Configuration;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Invocation;

/// <summary>What all functions of a host share.</summary>
internal sealed class InvocationRuntime(
    IServiceScopeFactory scopes, MiddlewareList middleware, FunctionTimeout timeout, StopSignal stop, TimeProvider clock, ILogger<InvocationRuntime> logger)
{
    /// <summary>The middleware around the function that the context belongs to.</summary>
    public FunctionExecutionDelegate Pipeline { get; } = middleware.Around(EmbeddedFunction.RunMethodAsync);

    public IServiceScopeFactory Scopes => scopes;

    public TimeSpan? Timeout => timeout.Limit;

    public CancellationToken Stopping => stop.Token;

    public TimeProvider Clock => clock;

    public ILogger Logger => logger;
}
