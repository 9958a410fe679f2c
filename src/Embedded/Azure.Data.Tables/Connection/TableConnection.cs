using System.Net;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables.Errors;

namespace Azure.Data.Tables.Connection;

/// <summary>The way to an account's table service: its address, the pipeline that authorizes and sends, and the headers every request has. Safe for all threads.</summary>
internal sealed class TableConnection
{
    private const string MinimalMetadata = "application/json;odata=minimalmetadata";

    private readonly string _version;

    /// <param name="endpoint">The account's address, with a shared access signature in its query where the caller has put one.</param>
    /// <param name="authorization">Signs each try; null for an anonymous client and for a signature in the address.</param>
    public TableConnection(Uri endpoint, HttpPipelinePolicy? authorization, string? accountName, TableClientOptions options)
    {
        Endpoint = endpoint.AbsolutePath.Length > 1 && endpoint.AbsolutePath.EndsWith('/')
            ? new UriBuilder(endpoint) { Path = endpoint.AbsolutePath.TrimEnd('/') }.Uri
            : endpoint;
        AccountName = accountName ?? AccountOf(endpoint);
        _version = options.VersionHeader;
        var pipeline = new HttpPipelineOptions(options) { RequestFailedDetailsParser = TableErrorParser.Instance };
        if (authorization is not null)
            pipeline.PerRetryPolicies.Add(authorization);
        Pipeline = HttpPipelineBuilder.Build(pipeline);
    }

    public Uri Endpoint { get; }

    public string AccountName { get; }

    public HttpPipeline Pipeline { get; }

    public static TableConnection FromConnectionString(string connectionString, TableClientOptions? options)
    {
        var parsed = ConnectionString.Parse(connectionString);
        HttpPipelinePolicy authorization = parsed.SharedKey is { } key
            ? new SharedKeyPolicy(key, TimeProvider.System)
            : new SasPolicy(new AzureSasCredential(parsed.SharedAccessSignature!));
        return new TableConnection(parsed.TableEndpoint, authorization, parsed.SharedKey?.AccountName, options ?? new TableClientOptions());
    }

    public static TableConnection FromSharedKey(Uri endpoint, TableSharedKeyCredential credential, TableClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(credential);
        return new TableConnection(endpoint, new SharedKeyPolicy(credential, TimeProvider.System), credential.AccountName, options ?? new TableClientOptions());
    }

    public static TableConnection FromToken(Uri endpoint, TokenCredential credential, TableClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(credential);
        options ??= new TableClientOptions();
        var scope = (options.Audience ?? TableAudience.AzurePublicCloud).DefaultScope;
        return new TableConnection(endpoint, new BearerTokenAuthenticationPolicy(credential, scope), accountName: null, options);
    }

    /// <exception cref="ArgumentException">The address is neither https nor of this machine: the signature would travel in the open.</exception>
    public static TableConnection FromSas(Uri endpoint, AzureSasCredential? credential, TableClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (endpoint.Scheme != Uri.UriSchemeHttps && !endpoint.IsLoopback)
            throw new ArgumentException("A shared access signature must not be sent without TLS, but the endpoint is not https.", nameof(endpoint));
        return new TableConnection(endpoint, credential is null ? null : new SasPolicy(credential), accountName: null, options ?? new TableClientOptions());
    }

    /// <summary>A request with the headers all have; <paramref name="path"/> begins with a slash and is escaped.</summary>
    public HttpMessage CreateMessage(RequestMethod method, string path)
    {
        var message = Pipeline.CreateMessage();
        var request = message.Request;
        request.Method = method;
        request.Uri.Reset(Endpoint);
        request.Uri.AppendPath(path, escape: false);
        request.Headers.Add("Accept", MinimalMetadata);
        request.Headers.Add("DataServiceVersion", "3.0");
        request.Headers.Add("x-ms-version", _version);
        return message;
    }

    private static string AccountOf(Uri endpoint)
    {
        var pathStyle = IPAddress.TryParse(endpoint.Host, out _) || !endpoint.Host.Contains('.');
        var name = pathStyle ? endpoint.AbsolutePath.Trim('/').Split('/')[0] : endpoint.Host.Split('.')[0];
        const string secondary = "-secondary";
        return name.EndsWith(secondary, StringComparison.Ordinal) ? name[..^secondary.Length] : name;
    }
}
