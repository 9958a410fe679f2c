using Embedded.Functions.Timers;
using Microsoft.Extensions.Configuration;
using Orchestrator.TestKit.Storage;

namespace Embedded.Functions.Tests.Timers;

public sealed class TableTimerStatusStoreTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Status_ThatWasWritten_IsReadByTheNextHost()
    {
        var name = azurite.UniqueName();
        var first = new TimerStatus(Last: null, Now.AddMinutes(5), Now);
        var second = new TimerStatus(Now.AddMinutes(5), Next: null, Now.AddMinutes(5));

        Assert.Null(await Store().ReadAsync(name, CancellationToken.None));
        await Store().WriteAsync(name, first, CancellationToken.None);
        Assert.Equal(first, await Store().ReadAsync(name, CancellationToken.None));
        await Store().WriteAsync(name, second, CancellationToken.None);
        Assert.Equal(second, await Store().ReadAsync(name, CancellationToken.None));
    }

    private TableTimerStatusStore Store() => new(new ConfigurationBuilder()
        .AddInMemoryCollection([KeyValuePair.Create("AzureWebJobsStorage", (string?)azurite.ConnectionString)]).Build());
}
