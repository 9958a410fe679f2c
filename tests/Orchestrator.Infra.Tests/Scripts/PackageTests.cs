using System.IO.Compression;
using System.Reflection;
using Orchestrator.Infra.Tests.Files;
using Orchestrator.TestKit.Processes;

namespace Orchestrator.Infra.Tests.Scripts;

public sealed class PackageTests : IDisposable
{
    /// <summary>Does what <c>dotnet publish</c> would, as far as the script looks at it.</summary>
    private const string Publish = """
        while [ $# -gt 0 ]; do
          if [ "$1" = --output ]; then to=$2; fi
          shift
        done
        mkdir -p "$to/.azurefunctions"
        printf '{ "extensions": { "durableTask": { "hubName": "Orchestrator7" } } }' >"$to/host.json"
        for file in worker.config.json functions.metadata Orchestrator.Functions.dll .azurefunctions/function.deps.json; do printf x >"$to/$file"; done
        """;

    private readonly ScriptBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [BashFact]
    public async Task Package_PublishedApp_ZipSaysVersionHubAndSchema()
    {
        _bench.Answer("dotnet publish*", action: Publish);

        var run = await _bench.RunAsync("package.sh", "--version", "1.2.3-abc", "--output", "out");

        Assert.True(run.ExitCode == 0, run.Transcript);
        var call = Assert.Single(run.Calls);
        Assert.StartsWith($"dotnet publish {RepositoryFiles.PathOf("src/Orchestrator.Functions")} --configuration Release --nologo --output /", call, StringComparison.Ordinal);
        Assert.EndsWith(
            " -p:FunctionsPlatform=Azure -p:InformationalVersion=1.2.3-abc -p:IncludeSourceRevisionInInformationalVersion=false", call, StringComparison.Ordinal);
        var package = Path.Combine(_bench.Folder, "out", "orchestrator-1.2.3-abc.zip");
        Assert.Equal(
            ["Publishing version 1.2.3-abc for Azure ...", $"Packed version 1.2.3-abc: task hub Orchestrator7, store schema {StoreSchema()}.", package], run.Output);
        using var zip = await ZipFile.OpenReadAsync(package);
        Assert.Equal(
            [".azurefunctions/function.deps.json", "Orchestrator.Functions.dll", "functions.metadata", "host.json", "release.txt", "worker.config.json"],
            zip.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal));
        using var release = new StreamReader(await zip.GetEntry("release.txt")!.OpenAsync());
        Assert.Equal($"version=1.2.3-abc\nhub=Orchestrator7\nstoreSchema={StoreSchema()}\n", await release.ReadToEndAsync());
    }

    [BashFact]
    public async Task Package_SameFilesTwice_SameZip()
    {
        _bench.Answer("dotnet publish*", action: Publish);

        var first = await _bench.RunAsync("package.sh", "--version", "1.2.3", "--output", "first");
        var second = await _bench.RunAsync("package.sh", "--version", "1.2.3", "--output", "second");

        Assert.True(first.ExitCode == 0 && second.ExitCode == 0, first.Transcript + second.Transcript);
        Assert.Equal(await File.ReadAllBytesAsync(first.Output[^1]), await File.ReadAllBytesAsync(second.Output[^1]));
    }

    [BashTheory]
    [InlineData("rm $to/host.json", "the published app has no host.json.")]
    [InlineData("rm $to/functions.metadata", "the published app has no functions.metadata.")]
    [InlineData("rm -r $to/.azurefunctions", "the published app has no folder .azurefunctions.")]
    [InlineData("printf x >$to/local.settings.json", "the published app holds local.settings.json, and with it secrets of this machine.")]
    [InlineData("printf x >$to/Embedded.Functions.dll", "the published app holds the embedded platform: *.")]
    [InlineData("printf '{}' >$to/host.json", "host.json names no task hub.")]
    public async Task Package_PublishedAppIsNotWhatAzureTakes_NoPackage(string spoil, string message)
    {
        _bench.Answer("dotnet publish*", action: Publish + Environment.NewLine + spoil);

        var run = await _bench.RunAsync("package.sh", "--version", "1.2.3", "--output", "out");

        Assert.True(run.ExitCode == 1, run.Transcript);
        var parts = $"FAILED: {message}".Split('*');
        Assert.StartsWith(parts[0], run.Errors[0], StringComparison.Ordinal);
        Assert.EndsWith(parts[^1], run.Errors[0], StringComparison.Ordinal);
        Assert.Equal([], Directory.GetFiles(Path.Combine(_bench.Folder, "out")));
    }

    [BashFact]
    public async Task Package_PublishFails_StopsThere()
    {
        _bench.Answer("dotnet publish*", exitCode: 1, errors: "error CS1002");

        var run = await _bench.RunAsync("package.sh", "--version", "1.2.3", "--output", "out");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["error CS1002", "FAILED: the function app could not be published.", "  The compiler's message above says why."], run.Errors);
    }

    [BashFact]
    public async Task Package_VersionIsNone_RefusesBeforeAnyCall()
    {
        var run = await _bench.RunAsync("package.sh", "--version", "latest");

        Assert.Equal(2, run.ExitCode);
        Assert.Equal(["The version is 'latest'; it must be like 1.2.3 or 1.2.3-name.", "See package.sh --help."], run.Errors);
        Assert.Equal([], run.Calls);
    }

    /// <summary>What this release writes, as the app itself knows it.</summary>
    private static int StoreSchema() => (int)Assembly.Load("Orchestrator.Storage")
        .GetType("Orchestrator.Storage.Schema.StoreSchema", throwOnError: true)!.GetField("Current")!.GetRawConstantValue()!;
}
