using System.ComponentModel;
using System.Diagnostics;

namespace Orchestrator.Cli.Processes;

/// <summary>
/// A process of ours that must not outlive us. Its standard input is a pipe that we hold open: when we end, in whatever
/// way, <c>kill -9</c> included, the pipe closes, and a child that watches its input ends too. On an orderly exit of ours
/// a child that is still there is killed.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly OutputTail _tail = new();
    private readonly TimeProvider _time;
    private readonly EventHandler _killAtExit;

    private ChildProcess(ProcessStartInfo start, TimeProvider time, Action<string>? onOutput, Action<string>? onError)
    {
        _time = time;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
                return;
            _tail.Add(line.Data, isError: false);
            onOutput?.Invoke(line.Data);
        };
        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
                return;
            _tail.Add(line.Data, isError: true);
            onError?.Invoke(line.Data);
        };

        // By itself: the runtime stops a process while it looks for its descendants, and if we were ended meanwhile it would stay stopped for ever.
        _killAtExit = (_, _) => Kill(withDescendants: false);
    }

    public int Id { get; private set; }

    /// <summary>Completes with the exit code once the process has ended and all its output has been read.</summary>
    public Task<int> Exited { get; private set; } = Task.FromResult(-1);

    /// <summary>The last lines that the process wrote.</summary>
    public OutputTail Tail => _tail;

    /// <summary>Starts the program described by <paramref name="start"/>, whose streams are redirected here.</summary>
    /// <param name="onOutput">Called for each line of standard output, on a pool thread.</param>
    /// <param name="onError">The same for standard error.</param>
    /// <exception cref="Win32Exception">The program does not exist or cannot be executed.</exception>
    public static ChildProcess Start(ProcessStartInfo start, TimeProvider time, Action<string>? onOutput = null, Action<string>? onError = null)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;

        var child = new ChildProcess(start, time, onOutput, onError);
        child.Run();
        return child;
    }

    /// <summary>
    /// Asks the process to end, by a word on its input and that input's end and, with <paramref name="terminate"/>, by SIGTERM
    /// as well; kills it and its descendants when it is still there after <paramref name="grace"/> or when <paramref name="atOnce"/> fires.
    /// </summary>
    /// <returns>True when it ended by itself.</returns>
    public async Task<bool> StopAsync(TimeSpan grace, bool terminate, CancellationToken atOnce = default)
    {
        CloseInput();
        if (terminate && !Exited.IsCompleted)
            ProcessSignal.Terminate(Id);

        try
        {
            await Exited.WaitAsync(grace, _time, atOnce);
            return true;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            Kill();
            await Exited;
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await Exited;
        AppDomain.CurrentDomain.ProcessExit -= _killAtExit;
        _process.Dispose();
    }

    private void Run()
    {
        try
        {
            _process.Start();
        }
        catch
        {
            _process.Dispose();
            throw;
        }

        AppDomain.CurrentDomain.ProcessExit += _killAtExit;
        Id = _process.Id;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Exited = WaitAsync();
    }

    private async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    private void CloseInput()
    {
        try
        {
            _process.StandardInput.WriteLine("stop");
            _process.StandardInput.Close();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The process has closed its end already, or was asked before.
        }
    }

    private void Kill(bool withDescendants = true)
    {
        try
        {
            if (!_process.HasExited)
                _process.Kill(withDescendants);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended between the question and the kill.
        }
    }
}
