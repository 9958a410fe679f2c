using System.Text.Json;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Tests.Surface;

/// <summary>What the public types of the entity client do by themselves, as the real ones do it.</summary>
public sealed class EntityClientTypesTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("", "@")]
    [InlineData("@", "@")]
    [InlineData("Coun", "@coun")]
    [InlineData("@Coun", "@coun")]
    [InlineData("Counter@", "@counter@")]
    [InlineData("@Counter@Key", "@counter@Key")]
    [InlineData("Counter@Key@X", "@counter@Key@X")]
    public void EntityQuery_Prefix_HasItsNameInLowerCaseBehindAnAt(string? given, string? prefix) =>
        Assert.Equal(prefix, new EntityQuery { InstanceIdStartsWith = given }.InstanceIdStartsWith);

    [Fact]
    public void EntityQuery_ByDefault_AsksForStatesAndForNothingTransient()
    {
        var query = new EntityQuery();

        Assert.Equal((true, false, null, null), (query.IncludeState, query.IncludeTransient, query.PageSize, query.ContinuationToken));
    }

    [Fact]
    public void CleanEntityStorageRequest_Default_AsksForBoth_AndAnEmptyOneForNeither()
    {
        Assert.Equal(new() { RemoveEmptyEntities = true, ReleaseOrphanedLocks = true, ContinuationToken = null }, CleanEntityStorageRequest.Default);
        Assert.Equal((false, false), (default(CleanEntityStorageRequest).RemoveEmptyEntities, default(CleanEntityStorageRequest).ReleaseOrphanedLocks));
    }

    [Fact]
    public void EntityMetadata_AsJson_LeavesOutWhatThereIsNot()
    {
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var id = new EntityInstanceId("Counter", "A");
        var web = new JsonSerializerOptions(JsonSerializerDefaults.Web);

        Assert.Equal(
            """{"Id":"@counter@A","LastModifiedTime":"2026-01-01T00:00:00+00:00"}""",
            JsonSerializer.Serialize(new EntityMetadata<int[]>(id) { LastModifiedTime = at }));
        Assert.Equal(
            """{"id":"@counter@A","lastModifiedTime":"2026-01-01T00:00:00+00:00","backlogQueueSize":2,"lockedBy":"o","state":[1]}""",
            JsonSerializer.Serialize(new EntityMetadata<int[]>(id, [1]) { LastModifiedTime = at, BacklogQueueSize = 2, LockedBy = "o" }, web));
        Assert.Equal(
            """{"id":"@counter@A","lastModifiedTime":"2026-01-01T00:00:00+00:00","state":"[1]"}""",
            JsonSerializer.Serialize(new EntityMetadata(id, new SerializedData("[1]")) { LastModifiedTime = at }, web));
        Assert.Throws<NotSupportedException>(() => JsonSerializer.Deserialize<EntityMetadata>("{}"));
    }
}
