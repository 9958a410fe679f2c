namespace Orchestrator.Cli.Host;

/// <summary>The function app with its storage, running.</summary>
internal interface IRunningApp
{
    /// <summary>Where its HTTP API is; routes begin with <c>api/</c> under it.</summary>
    Uri Address { get; }

    /// <summary>What it keeps its data in: one line without secrets.</summary>
    string Storage { get; }

    /// <summary>Completes only when the app ends by itself, with one line that says why.</summary>
    Task<string> EndedAsync();

    /// <summary>Stops what was started, the app before its storage; kills it when <paramref name="atOnce"/> fires.</summary>
    Task StopAsync(CancellationToken atOnce);
}
