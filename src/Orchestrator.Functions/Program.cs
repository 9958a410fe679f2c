using Microsoft.Azure.Functions.Worker.Builder;
using Orchestrator.Agents;
using Orchestrator.Agents.Builtin;
using Orchestrator.Agents.Callbacks;
using Orchestrator.Agents.Samples;
using Orchestrator.Functions.Routing;
using Orchestrator.Functions.Startup;
using Orchestrator.Functions.Telemetry;
using Orchestrator.Functions.Timers;
using Orchestrator.Storage;

// Only says what would be wrong with a start, and does not start.
const string checkOnly = "--check";

try
{
    var builder = FunctionsApplication.CreateBuilder([.. args.Where(arg => arg != checkOnly)]);
    builder.ConfigureFunctionsWebApplication();
    builder.UseHttpMiddleware();
    builder.UseTimerMiddleware();

    builder.Services
        .AddApplicationInsights(builder.Configuration)
        .AddOrchestratorStorage(builder.Configuration)
        .AddOrchestratorAgents()
        .AddBuiltInAgents()
        .AddSampleAgents()
        .AddCallbacks()
        .AddOrchestratorFunctions();

    var app = builder.Build();
    // The host itself would check only after it has made the services, of which the first with a bad setting hides the others.
    if (StartCheck.FindFaults(app.Services) is { Count: > 0 } faults)
    {
        await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, faults));
        return StartFailure.ConfigurationExitCode;
    }

    if (args.Contains(checkOnly))
    {
        await StartCheck.TryStorageAsync(app.Services, Console.Out);
        return 0;
    }

    return await AppRun.RunAsync(app);
}
catch (Exception exception) when (StartFailure.Describe(exception) is { } whatToDo)
{
    await Console.Error.WriteLineAsync(whatToDo);
    return StartFailure.ExitCode;
}
