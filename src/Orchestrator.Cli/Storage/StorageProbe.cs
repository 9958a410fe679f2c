namespace Orchestrator.Cli.Storage;

/// <summary>Asks a storage endpoint, without credentials, whether anybody is there.</summary>
internal sealed class StorageProbe : IStorageProbe, IDisposable
{
    private readonly HttpClient _http;

    public StorageProbe()
    {
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            Timeout = TimeSpan.FromSeconds(10),
        };
    }

    /// <inheritdoc />
    public async Task<bool> AnswersAsync(Uri account, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.GetAsync(account, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.Headers.Contains("x-ms-request-id")
                || response.Headers.Server.ToString().Contains("Azurite", StringComparison.OrdinalIgnoreCase);
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();
}
