using Azure.Core;
using Azure.Identity;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Agents;
using Orchestrator.Agents.Samples;
using Orchestrator.Functions.Routing;
using Orchestrator.Functions.Startup;
using Orchestrator.Storage;

try
{
    var builder = FunctionsApplication.CreateBuilder(args);
    builder.ConfigureFunctionsWebApplication();
    builder.UseHttpMiddleware();

    // Without a connection string the telemetry would be gathered and thrown away.
    if (!string.IsNullOrEmpty(builder.Configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"]))
        builder.Services.AddApplicationInsightsTelemetryWorkerService().ConfigureFunctionsApplicationInsights();

    // For an account that is named by its address, in place of a connection string with a key.
    builder.Services.TryAddSingleton<TokenCredential>(_ => new DefaultAzureCredential());

    builder.Services
        .AddOrchestratorStorage(builder.Configuration)
        .AddOrchestratorAgents()
        .AddSampleAgents()
        .AddOrchestratorFunctions();

    // The host would log a failed start with its stack trace; below it becomes a line that says what to do.
    builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);

    using var host = builder.Build();

    // Before anything reads its options, so that the faults of all of them are told at once.
    host.Services.GetRequiredService<IStartupValidator>().Validate();
    await host.RunAsync();
    return 0;
}
catch (Exception exception) when (StartFailure.Describe(exception) is { } whatToDo)
{
    await Console.Error.WriteLineAsync(whatToDo);
    return 1;
}
