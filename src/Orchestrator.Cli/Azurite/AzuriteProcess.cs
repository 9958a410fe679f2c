using System.ComponentModel;
using System.Diagnostics;
using Orchestrator.Cli.Processes;
using Orchestrator.Cli.Storage;

namespace Orchestrator.Cli.Azurite;

/// <summary>An Azurite of our own on free loopback ports, with its data in one folder that nobody else uses meanwhile.</summary>
internal sealed class AzuriteProcess : IAsyncDisposable
{
    private static readonly TimeSpan _startLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _stopLimit = TimeSpan.FromSeconds(20);

    private readonly ChildProcess _child;
    private readonly AzuriteDataFolder _folder;

    private AzuriteProcess(ChildProcess child, AzuriteDataFolder folder, AzuriteEndpoints endpoints)
    {
        _child = child;
        _folder = folder;
        Endpoints = endpoints;
    }

    public AzuriteEndpoints Endpoints { get; }

    public int ProcessId => _child.Id;

    /// <summary>Starts Azurite and returns once its table and queue services answer.</summary>
    /// <param name="script">Azurite's main script, as <see cref="AzuriteInstaller"/> returns it.</param>
    /// <param name="isSaved">Whether the data outlives the process. Else it lies in memory alone, and nothing is written into the folder but who has taken it.</param>
    /// <exception cref="CommandException">It did not start; the message says why.</exception>
    public static async Task<AzuriteProcess> StartAsync(string script, string dataFolder, bool isSaved, TimeProvider time, CancellationToken cancellationToken)
    {
        var folder = await AzuriteDataFolder.TakeAsync(dataFolder, time, cancellationToken);
        ChildProcess? child = null;
        try
        {
            var listening = new AzuriteListening();
            child = Spawn(script, folder, isSaved, listening, time);
            folder.Owner(child.Id);
            var endpoints = await WaitAsync(child, listening, time, cancellationToken);
            return new AzuriteProcess(child, folder, endpoints);
        }
        catch
        {
            if (child is not null)
                await child.DisposeAsync();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Lets Azurite save its data and end; kills it when <paramref name="atOnce"/> fires.</summary>
    public async Task StopAsync(CancellationToken atOnce = default)
    {
        // Its input's end is what stops it; a second SIGTERM would cut the saving short.
        await _child.StopAsync(_stopLimit, terminate: false, atOnce);
        _folder.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _child.DisposeAsync();
    }

    private static ChildProcess Spawn(string script, AzuriteDataFolder folder, bool isSaved, AzuriteListening listening, TimeProvider time)
    {
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = folder.Path,
            ArgumentList =
            {
                "--import", new Uri(Path.Combine(AppContext.BaseDirectory, "azurite-child.mjs")).AbsoluteUri, script,
                "--silent", "--disableTelemetry", "--skipApiVersionCheck",
                "--blobHost", "127.0.0.1", "--blobPort", "0",
                "--queueHost", "127.0.0.1", "--queuePort", "0",
                "--tableHost", "127.0.0.1", "--tablePort", "0",
            },
        };
        foreach (var argument in isSaved ? ["--location", folder.Path] : new[] { "--inMemoryPersistence" })
            start.ArgumentList.Add(argument);
        try
        {
            return ChildProcess.Start(start, time, listening.Read);
        }
        catch (Win32Exception exception)
        {
            throw new CommandException(NodeMissing.Message("node", exception), exception);
        }
    }

    private static async Task<AzuriteEndpoints> WaitAsync(ChildProcess child, AzuriteListening listening, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAny(listening.Endpoints, child.Exited).WaitAsync(_startLimit, time, cancellationToken);
            if (!listening.Endpoints.IsCompleted)
                throw new CommandException($"Azurite ended with exit code {await child.Exited} while starting: {child.Tail.Cause()}");

            var endpoints = await listening.Endpoints;
            using var probe = new StorageProbe();
            if (!await probe.AnswersAsync(endpoints.TableAccount, cancellationToken) || !await probe.AnswersAsync(endpoints.QueueAccount, cancellationToken))
                throw new CommandException($"Azurite says that it listens at {endpoints.Table} but does not answer there: {child.Tail.Cause()}");
            return endpoints;
        }
        catch (TimeoutException exception)
        {
            throw new CommandException($"Azurite did not listen after {_startLimit.TotalSeconds} s: {child.Tail.Cause()}", exception);
        }
    }
}
