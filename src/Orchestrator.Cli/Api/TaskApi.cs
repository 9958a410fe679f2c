using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Cli.Api;

/// <summary>
/// Client of the app's HTTP API. While the app is not reachable or says that its storage is not (503), a request is sent
/// again for up to 30 s; every request here may be, since submissions carry an idempotency key.
/// </summary>
internal sealed class TaskApi : IDisposable
{
    private static readonly TimeSpan _retryLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _retryDelay = TimeSpan.FromMilliseconds(500);
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    /// <param name="address">The app's root, such as <c>http://127.0.0.1:7071/</c>, of an app that asks for no key.</param>
    public TaskApi(Uri address, TimeProvider time)
        : this(new AppAccess(address, Key: null), time)
    {
    }

    /// <param name="access">Where the app is, and how it lets us in.</param>
    public TaskApi(AppAccess access, TimeProvider time)
    {
        _http = AppClient.Create(access, TimeSpan.FromSeconds(30));
        _time = time;
    }

    /// <exception cref="ApiException">The app refused it.</exception>
    /// <exception cref="HttpRequestException">The app cannot be reached.</exception>
    public Task<TaskView> SubmitAsync(NewTask task, CancellationToken cancellationToken) =>
        SendAsync<TaskView>(() => new HttpRequestMessage(HttpMethod.Post, "api/tasks") { Content = JsonContent.Create(task, options: _json) }, cancellationToken);

    /// <inheritdoc cref="SubmitAsync" />
    public Task<TaskView> GetAsync(string id, CancellationToken cancellationToken) =>
        SendAsync<TaskView>(() => new HttpRequestMessage(HttpMethod.Get, $"api/tasks/{Uri.EscapeDataString(id)}"), cancellationToken);

    /// <summary>Has the app check the next stretch of its storage. Asked again, it checks the same stretch again.</summary>
    /// <param name="continuationToken">Where the last stretch ended; null: begin.</param>
    /// <inheritdoc cref="SubmitAsync" />
    public Task<StorageVerificationView> VerifyStorageAsync(string? continuationToken, bool repair, CancellationToken cancellationToken)
    {
        var address = $"api/storage/verify?repair={(repair ? "true" : "false")}{(continuationToken is null ? "" : $"&continuationToken={Uri.EscapeDataString(continuationToken)}")}";
        return SendAsync<StorageVerificationView>(() => new HttpRequestMessage(HttpMethod.Post, address), cancellationToken);
    }

    /// <summary>The app's health, healthy or not; null when it does not answer as the app would.</summary>
    public async Task<HealthView?> TryGetHealthAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.GetAsync("api/health", cancellationToken);
            return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable
                ? await response.Content.ReadFromJsonAsync<HealthView>(_json, cancellationToken)
                : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException)
        {
            return null;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> SendAsync<T>(Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        var since = _time.GetTimestamp();
        while (true)
        {
            var mayRetry = _time.GetElapsedTime(since) < _retryLimit;
            using var message = request();
            using var response = await TrySendAsync(message, mayRetry, cancellationToken);
            if (response is not null && !(mayRetry && response.StatusCode == HttpStatusCode.ServiceUnavailable))
                return await ReadAsync<T>(response, cancellationToken);
            await Task.Delay(response?.Headers.RetryAfter?.Delta ?? _retryDelay, _time, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage?> TrySendAsync(HttpRequestMessage message, bool mayRetry, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.SendAsync(message, cancellationToken);
        }
        catch (HttpRequestException) when (mayRetry)
        {
            return null;
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var request = $"{response.RequestMessage!.Method} {response.RequestMessage.RequestUri!.AbsolutePath}";
        if (!response.IsSuccessStatusCode)
            throw new ApiException(request, response.StatusCode, await ProblemAsync(response, cancellationToken));
        return await response.Content.ReadFromJsonAsync<T>(_json, cancellationToken)
            ?? throw new JsonException($"{request} was answered with null.");
    }

    private static async Task<ApiProblem?> ProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
            return null;
        try
        {
            return await response.Content.ReadFromJsonAsync<ApiProblem>(_json, cancellationToken);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
