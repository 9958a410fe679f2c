using System.Diagnostics;
using Orchestrator.Cli.Azurite;
using Orchestrator.TestKit.Time;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Cli.Tests.Azurite;

public sealed class AzuriteDataFolderTests : IDisposable
{
    private readonly TestSession _session = new();
    private readonly ManualTimeProvider _time = new();
    private readonly string _folder;

    public AzuriteDataFolderTests() => _folder = Path.Combine(_session.Repository.Path, "data");

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task TakeAsync_Free_CreatesItAndNamesItsOwner()
    {
        using (var folder = await TakeAsync())
        {
            folder.Owner(Environment.ProcessId);
            Assert.StartsWith($"{Environment.ProcessId} ", await File.ReadAllTextAsync(Path.Combine(_folder, "owner")), StringComparison.Ordinal);
        }

        Assert.False(File.Exists(Path.Combine(_folder, "owner")));
    }

    [Fact]
    public async Task TakeAsync_FormerOwnerStillThere_WaitsForItsEnd()
    {
        using var former = Process.Start(new ProcessStartInfo("cat") { RedirectStandardInput = true, UseShellExecute = false })!;
        FormerOwner($"{former.Id} {former.StartTime.ToUniversalTime().Ticks}");

        var taking = TakeAsync();
        await _time.WhenArmedAsync(1).WithinLimitAsync("it waits for the former owner");
        former.StandardInput.Close();
        await former.WaitForExitAsync();
        _time.Advance(TimeSpan.FromMilliseconds(50));

        using var folder = await taking.WithinLimitAsync("the folder is taken");
    }

    [Fact]
    public async Task TakeAsync_FormerOwnerStays_SaysWhatToDo()
    {
        using var self = Process.GetCurrentProcess();
        FormerOwner($"{self.Id} {self.StartTime.ToUniversalTime().Ticks}");

        var taking = TakeAsync();
        while (!taking.IsCompleted)
        {
            await Task.WhenAny(taking, _time.WhenArmedAsync(1)).WithinLimitAsync("it waits, or gives up");
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        var exception = await Assert.ThrowsAsync<CommandException>(() => taking);
        Assert.Equal($"The storage emulator of an earlier run (process {self.Id}) still writes in {_folder}: end that process first.", exception.Message);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("x 1")]
    public async Task TakeAsync_OwnerFileUnreadable_IsIgnored(string owner)
    {
        FormerOwner(owner);

        using var folder = await TakeAsync();
    }

    [Fact]
    public async Task TakeAsync_IdBelongsToAnotherProcessNow_DoesNotWait()
    {
        FormerOwner($"{Environment.ProcessId} 1");

        using var folder = await TakeAsync();
    }

    private void FormerOwner(string text) => _session.Write("data/owner", text);

    private Task<AzuriteDataFolder> TakeAsync() => AzuriteDataFolder.TakeAsync(_folder, _time, CancellationToken.None);
}
