using Embedded.Functions.Extensibility;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Embedded.Functions.Http;

/// <summary>
/// Kestrel with nothing but routing in front of the functions. It is made by hand, because a web host beside the functions'
/// own would double services and start time.
/// </summary>
internal sealed class HttpServer(
    IServiceProvider services, HttpSettings settings, HttpInvocation invocation, ILoggerFactory loggers) : IEmbeddedHostAddress, IDisposable
{
    private KestrelServer? _server;

    public Uri? BaseAddress { get; private set; }

    public async Task StartAsync(IReadOnlyList<HttpFunction> functions, CancellationToken cancellationToken)
    {
        var options = new KestrelServerOptions { ApplicationServices = services, AddServerHeader = false };
        options.Limits.MaxRequestBodySize = HttpSettings.MaxRequestBodySize;
        options.Listen(settings.Address, settings.Port);
        _server = new KestrelServer(Options.Create(options), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers), loggers);
        try
        {
            await _server.StartAsync(new Application(Pipeline(functions), new DefaultHttpContextFactory(services)), cancellationToken);
        }
        catch (IOException fault) when (fault.InnerException is AddressInUseException)
        {
            throw new HostStartException(
                $"Port {settings.Port} on {settings.Address} is taken by another process. Stop that one, or choose another port with --port (0 for any free one).", fault);
        }
        catch (Exception fault) when (fault is System.Net.Sockets.SocketException or IOException)
        {
            throw new HostStartException($"Cannot listen on {settings.Address}:{settings.Port}: {fault.Message}", fault);
        }

        BaseAddress = new Uri(_server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
    }

    /// <summary>Takes no new request and waits for those in flight; what is still there when the token fires is cut off.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public void Dispose() => _server?.Dispose();

    private RequestDelegate Pipeline(IReadOnlyList<HttpFunction> functions)
    {
        var builder = new ApplicationBuilder(services);
        builder.UseRouting();
        builder.Use(RefuseWhatIsNoFunction);
        builder.UseEndpoints(endpoints => endpoints.DataSources.Add(new DefaultEndpointDataSource(functions.Select(Endpoint))));
        return builder.Build();
    }

    /// <summary>Routing answers a wrong method with 405; the real platform with an empty 404, like a route it does not know.</summary>
    private static Task RefuseWhatIsNoFunction(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<HttpFunction>() is not null)
            return next(http);
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private RouteEndpoint Endpoint(HttpFunction function)
    {
        var endpoint = new RouteEndpointBuilder(http => invocation.RunAsync(http, function.Function), function.Pattern, order: 0)
        {
            DisplayName = function.Function.Name,
        };
        endpoint.Metadata.Add(function);
        if (function.Methods.Count > 0)
            endpoint.Metadata.Add(new HttpMethodMetadata(function.Methods));
        return (RouteEndpoint)endpoint.Build();
    }

    private sealed class Application(RequestDelegate pipeline, DefaultHttpContextFactory contexts) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => contexts.Create(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => pipeline(context);

        public void DisposeContext(HttpContext context, Exception? exception) => contexts.Dispose(context);
    }
}
