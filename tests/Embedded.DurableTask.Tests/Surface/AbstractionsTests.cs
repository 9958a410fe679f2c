using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Abstractions;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Tests.Surface;

public sealed class AbstractionsTests
{
    [Fact]
    public void EntityInstanceId_LowersItsNameAndKeepsItsKey()
    {
        var id = new EntityInstanceId("Counter", "Key@1");

        Assert.Equal("@counter@Key@1", id.ToString());
        Assert.Equal(id, EntityInstanceId.FromString("@COUNTER@Key@1"));
        Assert.Equal("\"@counter@Key@1\"", JsonSerializer.Serialize(id));
        Assert.Equal(id, JsonSerializer.Deserialize<EntityInstanceId>("\"@counter@Key@1\""));
        Assert.Equal(new EntityInstanceId("a", ""), EntityInstanceId.FromString("@a@"));
    }

    [Theory]
    [InlineData("counter@1")]
    [InlineData("@counter")]
    [InlineData("@@1")]
    public void EntityInstanceId_FromAnotherText_IsRefused(string text)
    {
        var error = Assert.Throws<ArgumentException>(() => EntityInstanceId.FromString(text));

        Assert.Equal($"Instance ID '{text}' is not a valid entity ID. (Parameter 'instanceId')", error.Message);
    }

    [Fact]
    public void EntityInstanceId_NameWithAnAt_IsRefused() => Assert.Throws<ArgumentException>(() => new EntityInstanceId("a@b", "1"));

    [Fact]
    public void TaskName_IgnoresCase()
    {
        Assert.True(new TaskName("Work") == "work");
        Assert.False(new TaskName("Work") != "WORK");
        Assert.Equal(new TaskName("Work").GetHashCode(), new TaskName("wORK").GetHashCode());
        Assert.Equal(default, (TaskName)"");
        Assert.NotEqual(default, new TaskName("Work"));
    }

    [Fact]
    public void TaskVersion_EmptyIsNone()
    {
        Assert.Equal(TaskVersion.Unversioned, new TaskVersion(""));
        Assert.Equal("", ((TaskVersion)(string?)null).Version);
        Assert.True(new TaskVersion("V1") == "v1");
        Assert.Throws<ArgumentException>(() => new TaskVersion(" "));
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "1", -1)]
    [InlineData("1", "", 1)]
    [InlineData("1.9", "1.10", -1)]
    [InlineData("beta", "alpha", 1)]
    [InlineData("V1", "v1", 0)]
    public void CompareVersions_OrdersNumbersThenTexts(string source, string other, int sign) =>
        Assert.Equal(sign, Math.Sign(TaskOrchestrationVersioningUtils.CompareVersions(source, other)));

    [Fact]
    public void RetryPolicy_OutOfRange_IsRefused()
    {
        var second = TimeSpan.FromSeconds(1);
        Assert.Equal("maxNumberOfAttempts", Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(0, second)).ParamName);
        Assert.Equal("firstRetryInterval", Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, TimeSpan.Zero)).ParamName);
        Assert.Equal("backoffCoefficient", Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, 0.9)).ParamName);
        Assert.Equal("maxRetryInterval", Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, 1, second / 2)).ParamName);
        Assert.Equal("retryTimeout", Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, 1, null, second / 2)).ParamName);
    }

    [Fact]
    public void RetryPolicy_Defaults()
    {
        var policy = new RetryPolicy(3, TimeSpan.FromSeconds(1), retryTimeout: Timeout.InfiniteTimeSpan);

        Assert.Equal((1.0, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan), (policy.BackoffCoefficient, policy.MaxRetryInterval, policy.RetryTimeout));
        Assert.True(policy.Handle(new FormatException()));
    }

    [Fact]
    public void TaskFailureDetails_IsCausedBy_KnowsBaseTypes()
    {
        var details = TaskFailureDetails.FromException(new FileNotFoundException("gone", new FormatException("inner")));

        Assert.True(details.IsCausedBy<IOException>());
        Assert.False(details.IsCausedBy<FormatException>());
        Assert.True(details.InnerFailure!.IsCausedBy<FormatException>());
        Assert.Equal("System.IO.FileNotFoundException: gone", details.ToString());
        Assert.False((details with { ErrorType = "No.Such.Type" }).IsCausedBy<Exception>());
        Assert.Throws<ArgumentException>(() => details.IsCausedBy(typeof(string)));
    }

    [Fact]
    public void TaskFailureDetails_IsCausedBy_FindsTypesOfAnyAssembly() =>
        Assert.True(new TaskFailureDetails(typeof(OwnException).FullName!, "m", null, null, null).IsCausedBy<InvalidOperationException>());

    [Fact]
    public void SubOrchestrationOptions_CopyTheId()
    {
        var options = new SubOrchestrationOptions(TaskOptions.FromRetryPolicy(new RetryPolicy(1, TimeSpan.FromSeconds(1))).WithInstanceId("a")) { Version = "2" };

        Assert.Equal(("a", "2", 1), (options.InstanceId, options.Version!.Value.Version, options.Retry!.Policy!.MaxNumberOfAttempts));
        Assert.Equal("a", new SubOrchestrationOptions((TaskOptions)options).InstanceId);
        Assert.Equal("b", new SubOrchestrationOptions((TaskOptions)options, "b").InstanceId);
        Assert.Equal(options, options with { });
    }

    [Fact]
    public void JsonDataConverter_WritesFieldsAndPassesNull()
    {
        Assert.Equal("""{"Item1":1,"Item2":2}""", JsonDataConverter.Default.Serialize((1, 2)));
        Assert.Equal((1, 2), JsonDataConverter.Default.Deserialize<(int, int)>("""{"Item1":1,"Item2":2}"""));
        Assert.Null(JsonDataConverter.Default.Serialize(null));
        Assert.Equal(0, JsonDataConverter.Default.Deserialize<int>(null));
    }

    [Fact]
    public async Task Pageable_ReadsPageByPage()
    {
        var asked = new List<string>();
        var pageable = Pageable.Create<int>((continuation, size, _) =>
        {
            asked.Add($"{continuation} {size}");
            return Task.FromResult(continuation is null ? new Page<int>([1, 2], "more") : new Page<int>([3]));
        });

        Assert.Equal([1, 2, 3], await pageable.ToListAsync());
        Assert.Equal(1, await pageable.AsPages("more", 5).CountAsync());
        Assert.Equal([" ", "more ", "more 5"], asked);
    }

    private sealed class OwnException : InvalidOperationException;
}
