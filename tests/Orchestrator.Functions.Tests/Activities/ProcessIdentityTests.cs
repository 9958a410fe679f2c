using System.Diagnostics;
using Orchestrator.Functions.Activities;

namespace Orchestrator.Functions.Tests.Activities;

public sealed class ProcessIdentityTests
{
    [Fact]
    public void Parse_OwnText_Same() => Assert.Equal(ProcessIdentity.Current, ProcessIdentity.Parse(ProcessIdentity.Current.ToString()));

    [Theory]
    [InlineData("")]
    [InlineData("a/b/c")]
    [InlineData("a/1")]
    [InlineData("a/1/2/3")]
    [InlineData("a/-1/2")]
    public void Parse_SomethingElse_Null(string text) => Assert.Null(ProcessIdentity.Parse(text));

    [Fact]
    public void HasEnded_ThisProcess_False() => Assert.False(ProcessIdentity.Current.HasEnded());

    [Fact]
    public void HasEnded_AnotherPlace_CannotBeTold() => Assert.False((ProcessIdentity.Current with { Place = "elsewhere", ProcessId = int.MaxValue }).HasEnded());

    [Fact]
    public void HasEnded_NoSuchProcess_True() => Assert.True((ProcessIdentity.Current with { ProcessId = int.MaxValue }).HasEnded());

    [Fact]
    public void HasEnded_IdGivenOutAnew_True() => Assert.True((ProcessIdentity.Current with { StartedAt = ProcessIdentity.Current.StartedAt - 3_600_000 }).HasEnded());

    [Fact]
    public async Task HasEnded_ProcessThatHasBeenKilled_True()
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true, UseShellExecute = false })!;
        var identity = ProcessIdentity.Current with { ProcessId = process.Id, StartedAt = new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() };
        process.Kill();
        await process.WaitForExitAsync();

        Assert.True(identity.HasEnded());
    }
}
