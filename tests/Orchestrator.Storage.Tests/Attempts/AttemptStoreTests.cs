using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agents;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.Storage.Tests.Attempts;

public sealed class AttemptStoreTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Report_Replaced_TheLatestCountsWhole()
    {
        await using var store = await Store.StartAsync(azurite);
        var attempts = store.Services.GetRequiredService<IAttemptStore>();
        var id = (await store.SubmitAsync()).Record.Id;
        var at = store.Time.GetUtcNow();
        Assert.Null(await attempts.GetReportAsync(id, None));

        await attempts.ReportAsync(id, new AttemptReport(1, 1, at) { Percent = 40, Text = "half", Details = """{"page":7}""" }, None);
        var first = (await attempts.GetReportAsync(id, None))!;
        await attempts.ReportAsync(id, new AttemptReport(2, 3, at.AddSeconds(1)), None);

        Assert.Equal(new AttemptReport(1, 1, at) { Percent = 40, Text = "half", Details = """{"page":7}""" }, first.Report);
        Assert.Equal(new AttemptReport(2, 3, at.AddSeconds(1)), (await attempts.GetReportAsync(id, None))!.Report);
    }

    [Fact]
    public async Task Log_PartsOfSeveralAttempts_AreReadInOrder()
    {
        await using var store = await Store.StartAsync(azurite);
        var attempts = store.Services.GetRequiredService<IAttemptStore>();
        var id = (await store.SubmitAsync()).Record.Id;
        AttemptLogLine Line(string text) => new(store.Time.GetUtcNow(), AttemptLogLevel.Warning, text);

        await attempts.AddLogAsync(id, new AttemptLog(new AttemptLogPart(1, 2, 0), [Line("c"), Line("é\n\"😀")]), None);
        await attempts.AddLogAsync(id, new AttemptLog(new AttemptLogPart(1, 1, 1), [Line("b")]), None);
        await attempts.AddLogAsync(id, new AttemptLog(new AttemptLogPart(1, 1, 0), [Line("a")]), None);
        await attempts.AddLogAsync(id, new AttemptLog(new AttemptLogPart(1, 1, 0), [Line("another")]), None);
        await attempts.AddLogAsync(id, new AttemptLog(new AttemptLogPart(10, 3, 0), [Line("of the tenth")]), None);

        Assert.Equal([Line("a"), Line("b"), Line("c"), Line("é\n\"😀")], await attempts.GetLogAsync(id, 1, None));
        Assert.Equal([Line("of the tenth")], await attempts.GetLogAsync(id, 10, None));
        Assert.Empty(await attempts.GetLogAsync(id, 2, None));
    }

    [Fact]
    public async Task Token_OfOneAttempt_IsGoodForThatAlone()
    {
        await using var store = await Store.StartAsync(azurite);
        await using var other = await Store.StartAsync(azurite);
        var tokens = store.Services.GetRequiredService<IAttemptTokens>();
        var id = TaskId.Parse("01M81CB2HB0C00000000000000");

        var token = await tokens.IssueAsync(id, 1, 7, None);

        Assert.Equal(7, await tokens.ReadAsync(token, id, 1, None));
        Assert.Null(await tokens.ReadAsync(token, id, 2, None));
        Assert.Null(await tokens.ReadAsync(token, TaskId.Parse("01M81CB2HB0C00000000000001"), 1, None));
        Assert.Null(await tokens.ReadAsync(token[..^1] + (token[^1] == 'A' ? 'B' : 'A'), id, 1, None));
        Assert.Null(await tokens.ReadAsync("", id, 1, None));
        Assert.Null(await tokens.ReadAsync(new string('!', token.Length), id, 1, None));
        Assert.Null(await other.Services.GetRequiredService<IAttemptTokens>().ReadAsync(token, id, 1, None));
    }
}
