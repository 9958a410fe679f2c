using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Cli.Api;

/// <summary>Calls routes of a running app, each once: whoever types the command sees what came of it, and may type it again.</summary>
internal sealed class JsonApi : IDisposable
{
    private readonly HttpClient _http;

    /// <param name="timeout">How long a call may take.</param>
    public JsonApi(AppAccess access, TimeSpan timeout) => _http = AppClient.Create(access, timeout);

    /// <summary>An address with those of the parameters that have a value.</summary>
    public static string AddressOf(string path, IEnumerable<KeyValuePair<string, string?>> query) =>
        $"{path}?{string.Join('&', query.Where(parameter => parameter.Value is not null).Select(parameter => $"{parameter.Key}={Uri.EscapeDataString(parameter.Value!)}"))}";

    /// <param name="address">Relative, such as <c>api/keys</c>.</param>
    /// <param name="body">JSON; null: none.</param>
    /// <returns>The answer; undefined when it has no body.</returns>
    /// <exception cref="ApiException">The app refused it.</exception>
    /// <exception cref="HttpRequestException">The app cannot be reached.</exception>
    public async Task<JsonElement> SendAsync(HttpMethod method, string address, string? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        using var response = await _http.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            var isProblem = response.Content.Headers.ContentType?.MediaType == "application/problem+json";
            var problem = isProblem ? await response.Content.ReadFromJsonAsync<ApiProblem>(cancellationToken) : null;
            throw new ApiException($"{method} {response.RequestMessage!.RequestUri!.AbsolutePath}", response.StatusCode, problem);
        }

        var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return answer.Length == 0 ? default : JsonElement.Parse(answer);
    }

    public void Dispose() => _http.Dispose();
}
