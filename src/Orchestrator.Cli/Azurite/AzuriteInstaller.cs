using System.Text.Json;
using Orchestrator.Cli.Repository;

namespace Orchestrator.Cli.Azurite;

/// <summary>
/// Makes sure that the version of Azurite pinned in the repository's <c>package.json</c> is installed in it. Several
/// processes may ask at once (test assemblies run side by side): one installs, the others wait for it.
/// </summary>
internal sealed class AzuriteInstaller(RepositoryRoot repository, INpm npm, TimeProvider time)
{
    private static readonly TimeSpan _lockPoll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _lockLimit = TimeSpan.FromMinutes(10);

    private string PackageFolder => Path.Combine(repository.Path, "node_modules", "azurite");

    private string Script => Path.Combine(PackageFolder, "dist", "src", "azurite.js");

    /// <param name="say">Told, in one line, when something has to be installed.</param>
    /// <returns>The path of Azurite's main script.</returns>
    /// <exception cref="CommandException">Nothing is pinned, or npm is missing or failed.</exception>
    public async Task<string> EnsureInstalledAsync(Action<string> say, CancellationToken cancellationToken)
    {
        var pinned = PinnedVersion();
        if (IsInstalled(pinned))
            return Script;

        await using var held = await LockAsync(cancellationToken);
        if (IsInstalled(pinned))
            return Script;

        say($"Installing the storage emulator azurite {pinned} with npm into {Path.Combine(repository.Path, "node_modules")} (once) …");
        await npm.InstallAsync(repository.Path, cancellationToken);
        return IsInstalled(pinned)
            ? Script
            : throw new CommandException($"'npm ci' in {repository.Path} succeeded but did not bring azurite {pinned} into node_modules: "
                + "package-lock.json and package.json disagree; run 'npm install' there.");
    }

    private string PinnedVersion()
    {
        var file = Path.Combine(repository.Path, "package.json");
        if (!File.Exists(file))
            throw new CommandException($"{file} is missing: it pins the version of the storage emulator.");
        using var package = JsonDocument.Parse(File.ReadAllBytes(file));
        return package.RootElement.TryGetProperty("devDependencies", out var dependencies)
            && dependencies.TryGetProperty("azurite", out var version)
            && version.GetString() is { Length: > 0 } pinned
                ? pinned
                : throw new CommandException($"{file} names no version of azurite under devDependencies.");
    }

    private bool IsInstalled(string version)
    {
        var file = Path.Combine(PackageFolder, "package.json");
        if (!File.Exists(file) || !File.Exists(Script))
            return false;
        try
        {
            using var package = JsonDocument.Parse(File.ReadAllBytes(file));
            return package.RootElement.TryGetProperty("version", out var installed) && installed.GetString() == version;
        }
        catch (JsonException)
        {
            // An installation that was cut off, or is under way in another process.
            return false;
        }
    }

    private async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(repository.AzuriteFolder);
        var file = Path.Combine(repository.AzuriteFolder, "npm.lock");
        var since = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (time.GetElapsedTime(since) > _lockLimit)
            {
                throw new CommandException($"Another process has held {file} for {_lockLimit.TotalMinutes} minutes while installing the storage emulator: end it first.", exception);
            }
            catch (IOException)
            {
                await Task.Delay(_lockPoll, time, cancellationToken);
            }
        }
    }
}
