using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Data.Tables.Connection;
using Orchestrator.TestKit.Tables;

namespace Embedded.Azure.Data.Tables.Tests.InMemory;

/// <summary>Sends what our client would refuse to send.</summary>
internal sealed class RawTableService(TableServer server) : IDisposable
{
    private const string Date = "Sun, 22 Nov 2026 16:00:00 GMT";

    private readonly HttpClient _http = new();
    private readonly TableSharedKeyCredential _credential = new(server.AccountName, server.AccountKey);

    /// <param name="path">Behind the account, escaped.</param>
    public async Task<RawAnswer> SendAsync(HttpMethod method, string path, string? body = null, string? ifMatch = null, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, $"{server.Endpoint}/{path}");
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        request.Headers.Add("x-ms-date", Date);
        var signed = SharedKeyPolicy.TextToSign(method.Method, contentMd5: null, body is null ? null : contentType, Date, server.AccountName, request.RequestUri!);
        request.Headers.TryAddWithoutValidation("Authorization", $"SharedKey {server.AccountName}:{_credential.Sign(signed)}");
        using var response = await _http.SendAsync(request);
        return new RawAnswer((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public Task<RawAnswer> InsertAsync(string table, object row) => SendAsync(HttpMethod.Post, table, JsonSerializer.Serialize(row));

    /// <summary>The one answer within that of a transaction of inserts.</summary>
    public Task<RawAnswer> InsertAllAsync(string table, IEnumerable<object> rows)
    {
        var body = new StringBuilder("--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n");
        foreach (var row in rows)
        {
            body.Append("--c\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n")
                .Append($"POST {server.Endpoint}/{table} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{JsonSerializer.Serialize(row)}\r\n");
        }

        return SendAsync(HttpMethod.Post, "$batch", body.Append("--c--\r\n\r\n--b--\r\n").ToString(), contentType: "multipart/mixed; boundary=b");
    }

    public void Dispose() => _http.Dispose();
}

internal sealed record RawAnswer(int Status, string Body)
{
    /// <summary>The status of the only answer within that of a transaction.</summary>
    public int InnerStatus => int.Parse(Body.Split("HTTP/1.1 ")[1].Split(' ')[0]);

    private JsonElement Error => JsonDocument.Parse(Body[Body.IndexOf('{')..(Body.LastIndexOf('}') + 1)]).RootElement.GetProperty("odata.error");

    public string Code => Error.GetProperty("code").GetString()!;

    /// <summary>Without the lines that name request and time.</summary>
    public string Message => Error.GetProperty("message").GetProperty("value").GetString()!.Split('\n')[0];
}
