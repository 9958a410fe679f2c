using System.Diagnostics;
using System.Text.Encodings.Web;
using Embedded.Functions.Extensibility;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Embedded.Functions.Http;

internal static class HttpServices
{
    /// <summary>Adds HTTP functions; more than once does no harm.</summary>
    public static IServiceCollection AddFunctionsHttp(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(HttpTriggers)))
            return services;
        services.AddRouting();
        services.AddMvcCore();
        // JsonResult escapes what OkObjectResult does not; on the real platform neither does.
        services.PostConfigure<JsonOptions>(options => options.JsonSerializerOptions.Encoder ??= JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        services.TryAddSingleton(_ => new DiagnosticListener("Microsoft.AspNetCore"));
        services.TryAddSingleton<DiagnosticSource>(provider => provider.GetRequiredService<DiagnosticListener>());
        services.AddSingleton(provider => HttpSettings.Read(provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<HostJson>()));
        services.AddSingleton(provider => new HostSettingsCheck(() => provider.GetRequiredService<HttpSettings>()));
        services.AddSingleton<HttpRoutes>();
        services.AddSingleton<HttpInvocation>();
        services.AddSingleton<HttpServer>();
        services.AddSingleton<IEmbeddedHostAddress>(provider => provider.GetRequiredService<HttpServer>());
        services.AddSingleton<HttpTriggers>();
        return services.AddSingleton<ITriggerExtension>(provider => provider.GetRequiredService<HttpTriggers>());
    }
}
