using Orchestrator.Access;

namespace Orchestrator.Core.Tests.Access;

public sealed class ApiKeyTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void New_Secret_IsReadBackAndMatchesOnlyItself()
    {
        var secret = ApiKeySecret.New(new SystemRandomSource());
        var other = ApiKeySecret.New(new SystemRandomSource());

        Assert.Matches("^ork_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$", secret.Text);
        Assert.True(ApiKeySecret.TryParse(secret.Text, out var read));
        Assert.Equal(secret.Id, read.Id);
        Assert.True(read.Matches(secret.Hash.Span));
        Assert.False(read.Matches(other.Hash.Span));
        Assert.Equal($"ork_{secret.Id}_…", secret.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ork_0123456789abcdef_")]
    [InlineData("ork_0123456789abcdef_0123456789012345678901234567890123456789012 ")]
    [InlineData("ork_0123456789abcdeg_0123456789012345678901234567890123456789012")]
    [InlineData("ork_0123456789abcdef-0123456789012345678901234567890123456789012")]
    [InlineData("ork_0123456789abcdef_012345678901234567890123456789012345678901+")]
    [InlineData("ork_0123456789abcdef_012345678901234567890123456789012345678901ü")]
    [InlineData("key_0123456789abcdef_0123456789012345678901234567890123456789012")]
    [InlineData("ork_0123456789abcdef_01234567890123456789012345678901234567890123")]
    public void TryParse_NoKeyOfOurs_False(string? text) => Assert.False(ApiKeySecret.TryParse(text, out _));

    [Fact]
    public void Parse_Id_OnlyWhatIsOne()
    {
        Assert.Equal("0123456789abcdef", ApiKeyId.Parse("0123456789abcdef").ToString());
        Assert.Equal("'0123456789ABCDEF' is no id of an API key: 16 hexadecimal digits in lower case.", Assert.Throws<FormatException>(() => ApiKeyId.Parse("0123456789ABCDEF")).Message);
        Assert.Equal("", default(ApiKeyId).ToString());
    }

    [Fact]
    public void IsUsable_ExpiredOrRevoked_Not()
    {
        var key = new ApiKey { Id = ApiKeyId.Parse("0123456789abcdef"), Name = "ada", Role = Role.Admin, CreatedAt = Now, CreatedBy = "local" };

        Assert.True(key.IsUsable(DateTimeOffset.MaxValue));
        Assert.True((key with { ExpiresAt = Now.AddTicks(1) }).IsUsable(Now));
        Assert.False((key with { ExpiresAt = Now }).IsUsable(Now));
        Assert.False((key with { RevokedAt = Now.AddDays(1) }).IsUsable(Now));
        Assert.Null(key.EndedAt(Now));
        Assert.Equal(Now.AddDays(-1), (key with { ExpiresAt = Now.AddDays(-1) }).EndedAt(Now));
    }
}
