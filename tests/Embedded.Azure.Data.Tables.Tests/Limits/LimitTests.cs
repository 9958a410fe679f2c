using Azure;
using Azure.Data.Tables;
using Embedded.Azure.Data.Tables.Tests.Scripted;

namespace Embedded.Azure.Data.Tables.Tests.Limits;

/// <summary>What Azure refuses is refused before it is sent, because Azurite lets some of it pass.</summary>
public sealed class LimitTests
{
    public static TheoryData<string, TableEntity> Refused => new()
    {
        { "PropertiesNeedValue", new TableEntity("p", null!) },
        { "PropertiesNeedValue", new TableEntity(null!, "r") },
        { "KeyValueTooLarge", new TableEntity("p", new string('a', 513)) },
        { "KeyValueTooLarge", new TableEntity(new string('a', 513), "r") },
        { "OutOfRangeInput", new TableEntity("p", "a/b") },
        { "OutOfRangeInput", new TableEntity("p", "a\\b") },
        { "OutOfRangeInput", new TableEntity("p", "a#b") },
        { "OutOfRangeInput", new TableEntity("a?b", "r") },
        { "OutOfRangeInput", new TableEntity("p", "a\tb") },
        { "OutOfRangeInput", new TableEntity("p", "a\0b") },
        { "OutOfRangeInput", new TableEntity("p", "a\u007Fb") },
        { "OutOfRangeInput", new TableEntity("p", "a\u009Fb") },
        { "OutOfRangeInput", new TableEntity("p", "a\uD83D") },
        { "OutOfRangeInput", new TableEntity("p", "\uDE00\uD83Da") },
        { "OutOfRangeInput", new TableEntity("p", "r") { ["A"] = default(DateTimeOffset) } },
        { "PropertyNameInvalid", new TableEntity("p", "r") { ["a-b"] = 1 } },
        { "PropertyNameInvalid", new TableEntity("p", "r") { ["1a"] = 1 } },
        { "PropertyNameInvalid", new TableEntity("p", "r") { ["a b"] = 1 } },
        { "PropertyNameTooLong", new TableEntity("p", "r") { [new string('a', 256)] = 1 } },
        { "PropertyValueTooLarge", new TableEntity("p", "r") { ["A"] = new string('a', 32_769) } },
        { "PropertyValueTooLarge", new TableEntity("p", "r") { ["A"] = new byte[65_537] } },
        { "TooManyProperties", WithColumns(253, 1) },
        { "EntityTooLarge", WithColumns(17, new string('a', 32_000)) },
        { "EntityTooLarge", WithColumns(17, new byte[64_000]) },
    };

    public static TheoryData<TableEntity> Allowed => new()
    {
        new TableEntity("", ""),
        new TableEntity(new string('a', 512), new string('b', 512)),
        new TableEntity("it's", "100% +&=;,()[]{}<>|\"^`~@$!*:😀é"),
        new TableEntity("p", "r") { ["A"] = new DateTimeOffset(1601, 1, 1, 0, 0, 0, TimeSpan.Zero) },
        new TableEntity("p", "r") { ["_é1"] = 1, [new string('a', 255)] = 1 },
        new TableEntity("p", "r") { ["A"] = new string('a', 32_768), ["B"] = new byte[65_536] },
        WithColumns(252, 1),
        WithColumns(16, new string('a', 32_000)),
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task AddEntity_OverALimit_IsRefusedLikeTheServiceWithoutSending(string code, TableEntity entity)
    {
        var service = new ScriptedService().Answer(204);

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => service.Table().AddEntityAsync(entity));

        Assert.Equal((400, code), (failure.Status, failure.ErrorCode));
        Assert.Empty(service.Requests);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task SubmitTransaction_EntityOverALimit_NamesItWithoutSending(string code, TableEntity entity)
    {
        var service = new ScriptedService().Answer(202);
        TableTransactionAction[] actions =
        [
            new(TableTransactionActionType.Add, new TableEntity(entity.PartitionKey, "first")),
            new(TableTransactionActionType.UpsertMerge, entity),
        ];

        var failure = await Assert.ThrowsAsync<TableTransactionFailedException>(() => service.Table().SubmitTransactionAsync(actions));

        Assert.Equal((400, code), (failure.Status, failure.ErrorCode));
        Assert.Equal(entity.PartitionKey is "p" ? 1 : 0, failure.FailedTransactionActionIndex);
        Assert.Empty(service.Requests);
    }

    [Theory]
    [MemberData(nameof(Allowed))]
    public async Task AddEntity_AtTheLimit_IsSent(TableEntity entity)
    {
        var service = new ScriptedService().Answer(204);

        await service.Table().AddEntityAsync(entity);

        Assert.Single(service.Requests);
    }

    [Fact]
    public async Task AddEntity_OverALimit_SaysWhatAndHowMuch()
    {
        var failure = await Assert.ThrowsAsync<RequestFailedException>(
            () => new ScriptedService().Answer(204).Table().AddEntityAsync(new TableEntity("p", "r") { ["A"] = new string('a', 40_000) }));

        Assert.Equal(
            "The property 'A' has 40000 characters; at most 32768 are allowed.\nStatus: 400 (refused before sending)\nErrorCode: PropertyValueTooLarge",
            failure.Message);
    }

    private static TableEntity WithColumns(int count, object value)
    {
        var entity = new TableEntity("p", "r");
        for (var i = 0; i < count; i++)
            entity[$"C{i}"] = value;
        return entity;
    }
}
