using System.IO.Compression;
using System.Reflection;
using System.Text.Json;
using Orchestrator.Infra.Tests.Files;
using Orchestrator.Infra.Tests.Publishing;
using Orchestrator.TestKit.Processes;

namespace Orchestrator.Infra.Tests.Scripts;

public sealed class PackageTests : IDisposable
{
    private readonly ScriptBench _bench = new();
    private readonly PublishedFolder _published = new();

    /// <summary>Does what <c>dotnet publish</c> would.</summary>
    private string Publish => $$"""
        while [ $# -gt 0 ]; do
          if [ "$1" = --output ]; then to=$2; fi
          shift
        done
        cp -R '{{_published.Root}}' "$to"
        """;

    public void Dispose()
    {
        _bench.Dispose();
        _published.Dispose();
    }

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
            ["Publishing version 1.2.3-abc for Azure ...", $"Packed version 1.2.3-abc: task hub {Hub()}, store schema {StoreSchema()}.", package], run.Output);
        using var zip = await ZipFile.OpenReadAsync(package);
        Assert.Equal(
            Directory.GetFiles(_published.Root, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_published.Root, path)).Append("release.txt").Order(StringComparer.Ordinal),
            zip.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal));
        Assert.NotNull(zip.GetEntry(".azurefunctions/function.deps.json"));
        using var release = new StreamReader(await zip.GetEntry("release.txt")!.OpenAsync());
        Assert.Equal($"version=1.2.3-abc\nhub={Hub()}\nstoreSchema={StoreSchema()}\n", await release.ReadToEndAsync());
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

    [BashFact]
    public async Task Package_PublishedAppIsNotWhatAzureTakes_NoPackage()
    {
        _published.Remove(".azurefunctions").Write("local.settings.json", "{}");
        _bench.Answer("dotnet publish*", action: Publish);

        var run = await _bench.RunAsync("package.sh", "--version", "1.2.3", "--output", "out");

        Assert.True(run.ExitCode == 1, run.Transcript);
        Assert.Equal(
            [
                "FAILED: the published app is not one to deploy:", "  local.settings.json must not be deployed",
                ".azurefunctions is not there: the extensions themselves. It is hidden; whatever packs the folder must take hidden files",
            ],
            run.Errors);
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

    private static string Hub()
    {
        using var host = JsonDocument.Parse(RepositoryFiles.Read("host.json"));
        return host.RootElement.GetProperty("extensions").GetProperty("durableTask").GetProperty("hubName").GetString()!;
    }

    /// <summary>What this release writes, as the app itself knows it.</summary>
    private static int StoreSchema() => (int)Assembly.Load("Orchestrator.Storage")
        .GetType("Orchestrator.Storage.Schema.StoreSchema", throwOnError: true)!.GetField("Current")!.GetRawConstantValue()!;
}
