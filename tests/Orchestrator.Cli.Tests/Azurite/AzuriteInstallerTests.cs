using Orchestrator.Cli.Azurite;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Cli.Tests.Azurite;

public sealed class AzuriteInstallerTests : IDisposable
{
    private readonly TestSession _session = new();
    private readonly List<string> _said = [];
    private readonly FakeNpm _npm;

    public AzuriteInstallerTests()
    {
        _npm = new FakeNpm(_session);
        _session.Write("package.json", """{"devDependencies":{"azurite":"3.35.0"}}""");
    }

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task EnsureInstalledAsync_Installed_DoesNothing()
    {
        _npm.Install("3.35.0");

        Assert.Equal(Path.Combine(_session.Repository.Path, "node_modules", "azurite", "dist", "src", "azurite.js"), await EnsureAsync());
        Assert.Equal(0, _npm.Calls);
        Assert.Empty(_said);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("3.34.0")]
    [InlineData("")]
    public async Task EnsureInstalledAsync_MissingOrOtherOrCutOff_InstallsAndSaysSo(string? before)
    {
        if (before is not null)
            _npm.Install(before);

        await EnsureAsync();

        Assert.Equal(1, _npm.Calls);
        Assert.Equal([$"Installing the storage emulator azurite 3.35.0 with npm into {_session.Repository.Path}/node_modules (once) …"], _said);
    }

    [Fact]
    public async Task EnsureInstalledAsync_ManyAtOnce_InstallsOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(EnsureAsync))).WithinLimitAsync("all have an installation");

        Assert.Equal(1, _npm.Calls);
    }

    [Fact]
    public async Task EnsureInstalledAsync_NpmBringsAnotherVersion_SaysWhatToDo()
    {
        _npm.Brings = "3.36.0";

        var exception = await Assert.ThrowsAsync<CommandException>(EnsureAsync);

        Assert.Equal(
            $"'npm ci' in {_session.Repository.Path} succeeded but did not bring azurite 3.35.0 into node_modules: package-lock.json and package.json disagree; run 'npm install' there.",
            exception.Message);
    }

    [Fact]
    public async Task EnsureInstalledAsync_NothingPinned_SaysSo()
    {
        var file = _session.Write("package.json", "{}");

        Assert.Equal($"{file} names no version of azurite under devDependencies.", (await Assert.ThrowsAsync<CommandException>(EnsureAsync)).Message);
        File.Delete(file);
        Assert.Equal($"{file} is missing: it pins the version of the storage emulator.", (await Assert.ThrowsAsync<CommandException>(EnsureAsync)).Message);
    }

    [Fact]
    public async Task InstallAsync_NpmMissing_SaysWhatToDo()
    {
        var npm = new Npm(TimeProvider.System, "no-such-npm");

        var exception = await Assert.ThrowsAsync<CommandException>(() => npm.InstallAsync(_session.Repository.Path, CancellationToken.None));

        Assert.StartsWith("npm could not be started (", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            "): install Node.js 20 or newer, which brings node and npm, and make sure that both are on the PATH; or set AzureWebJobsStorage to the "
            + "connection string of a storage account that answers.",
            exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public async Task InstallAsync_NpmFails_NamesItsFirstError()
    {
        // node in npm's place: told to "ci", it runs the script of that name.
        _session.Write("ci", "console.log(process.argv); console.error('npm error code E404\\nnpm error more'); process.exit(3)");

        var exception = await Assert.ThrowsAsync<CommandException>(() => new Npm(TimeProvider.System, "node").InstallAsync(_session.Repository.Path, CancellationToken.None));

        Assert.Equal($"'npm ci' in {_session.Repository.Path} failed with exit code 3: npm error code E404", exception.Message);
    }

    private Task<string> EnsureAsync() =>
        new AzuriteInstaller(_session.Repository, _npm, TimeProvider.System).EnsureInstalledAsync(_said.Add, CancellationToken.None);

    private sealed class FakeNpm(TestSession session) : INpm
    {
        private int _calls;

        public int Calls => _calls;

        public string Brings { get; set; } = "3.35.0";

        public void Install(string version)
        {
            session.Write("node_modules/azurite/package.json", version.Length == 0 ? "{ cut" : $$"""{"version":"{{version}}"}""");
            session.Write("node_modules/azurite/dist/src/azurite.js");
        }

        public async Task InstallAsync(string folder, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _calls);
            await Task.Yield();
            Install(Brings);
        }
    }
}
