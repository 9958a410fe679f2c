using Microsoft.Azure.Functions.Worker.Middleware;

namespace Embedded.Functions.Invocation;

/// <summary>The app's middleware, outermost first.</summary>
internal sealed class MiddlewareList
{
    private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> _middleware = [];

    public void Add(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware) => _middleware.Add(middleware);

    public FunctionExecutionDelegate Around(FunctionExecutionDelegate innermost)
    {
        var pipeline = innermost;
        for (var index = _middleware.Count - 1; index >= 0; index--)
            pipeline = _middleware[index](pipeline);
        return pipeline;
    }
}
