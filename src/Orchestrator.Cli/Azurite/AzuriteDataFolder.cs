using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Cli.Azurite;

/// <summary>
/// The folder that one Azurite keeps its data in. Two Azurites on one folder would overwrite each other's files, so it is
/// held by a lock; and because an Azurite whose parent was killed needs a moment to save and end while the lock is free
/// already, the folder also names the process that writes in it, and the next owner waits for that to be gone.
/// </summary>
internal sealed class AzuriteDataFolder : IDisposable
{
    private static readonly TimeSpan _leaveLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _leavePoll = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _lock;

    private AzuriteDataFolder(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    public string Path { get; }

    private string OwnerFile => OwnerFileOf(Path);

    /// <summary>Creates the folder where it is missing, and takes it.</summary>
    /// <exception cref="CommandException">Another process has it, or it cannot be written.</exception>
    public static async Task<AzuriteDataFolder> TakeAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        var held = Lock(path);
        try
        {
            await WaitForFormerOwnerAsync(path, time, cancellationToken);
            return new AzuriteDataFolder(path, held);
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    /// <summary>Records the process that writes in the folder from now on.</summary>
    public void Owner(int processId)
    {
        if (StartOf(processId) is { } start)
            File.WriteAllText(OwnerFile, string.Create(CultureInfo.InvariantCulture, $"{processId} {start}"));
    }

    public void Dispose()
    {
        File.Delete(OwnerFile);
        _lock.Dispose();
    }

    private static string OwnerFileOf(string path) => System.IO.Path.Combine(path, "owner");

    private static FileStream Lock(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            return new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new CommandException($"The storage emulator's data folder {path} cannot be written ({exception.Message}): give this user the right to.", exception);
        }
        catch (IOException exception)
        {
            throw new CommandException($"The storage emulator's data folder {path} is in use by another run of this command ({exception.Message}): stop that one first.", exception);
        }
    }

    private static async Task WaitForFormerOwnerAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!File.Exists(OwnerFileOf(path)))
            return;
        var former = await File.ReadAllTextAsync(OwnerFileOf(path), cancellationToken);
        if (former.Split(' ') is not [var idText, var start] || !int.TryParse(idText, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            return;

        var since = time.GetTimestamp();
        while (StartOf(id) == start)
        {
            if (time.GetElapsedTime(since) > _leaveLimit)
                throw new CommandException($"The storage emulator of an earlier run (process {id}) still writes in {path}: end that process first.");
            await Task.Delay(_leavePoll, time, cancellationToken);
        }
    }

    /// <summary>When the process began, which tells it from a later one with the same id; null when there is none.</summary>
    private static string? StartOf(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }
}
