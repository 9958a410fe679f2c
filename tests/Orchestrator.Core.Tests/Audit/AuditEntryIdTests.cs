using Orchestrator.Audit;

namespace Orchestrator.Core.Tests.Audit;

public sealed class AuditEntryIdTests
{
    [Fact]
    public void New_Id_IsReadBack()
    {
        var at = new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
        var id = AuditEntryId.New(at, new SystemRandomSource());

        Assert.True(AuditEntryId.TryParse(id.ToString(), out var read));
        Assert.Equal(id, read);
        Assert.Equal(at.ToUnixTimeMilliseconds(), read.Milliseconds);
        Assert.NotEqual(id, AuditEntryId.New(at, new SystemRandomSource()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0123456789abcdef")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("ffffffffffff00000000000000000000")]
    public void TryParse_NoId_False(string? text) => Assert.False(AuditEntryId.TryParse(text, out _));
}
