using Microsoft.AspNetCore.Http;
using Orchestrator.Errors;
using Orchestrator.Functions.Routing;
using Orchestrator.Functions.Tests.Fakes;

namespace Orchestrator.Functions.Tests.Routing;

public sealed class StorageMiddlewareTests
{
    private readonly MemoryAvailability _storage = new(TimeProvider.System);

    public static TheoryData<string, bool> Functions()
    {
        var functions = new TheoryData<string, bool>();
        foreach (var route in RouteTable.Routes)
            functions.Add(route.Function, route.Template.StartsWith("health", StringComparison.Ordinal) || (route.Method == "GET" && route.Template is ("config" or "logging")));
        return functions;
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task Invoke_StorageAway_OnlyWhatTellsOfTheAppIsBegun(string function, bool isBegun)
    {
        var begun = 0;
        _storage.GoAway();
        var run = () => InvokeAsync(function, _ => Task.FromResult(begun++));

        if (isBegun)
            await run();
        else
            Assert.Equal("Storage is away.", (await Assert.ThrowsAsync<StorageUnavailableException>(run)).Message);

        Assert.Equal(isBegun ? 1 : 0, begun);
    }

    [Fact]
    public async Task Invoke_StorageThere_Begun()
    {
        var begun = 0;
        await InvokeAsync("GetTask", _ => Task.FromResult(begun++));
        Assert.Equal(1, begun);
    }

    [Fact]
    public async Task Invoke_GoesAwayWhileItWaits_SaysThatStorageIsAway() =>
        await Assert.ThrowsAsync<StorageUnavailableException>(() => InvokeAsync("GetStats", _ =>
        {
            var away = _storage.Away;
            _storage.GoAway();
            return Task.FromCanceled(away);
        }));

    [Fact]
    public async Task Invoke_CancelledWithStorageThere_Cancelled() =>
        await Assert.ThrowsAsync<TaskCanceledException>(() => InvokeAsync("GetStats", _ => Task.FromCanceled(new CancellationToken(canceled: true))));

    private Task InvokeAsync(string function, Func<HttpContext, Task> next)
    {
        var http = new DefaultHttpContext();
        return new StorageMiddleware(_storage).Invoke(TestFunctionContext.Of(function, http), _ => next(http));
    }
}
