using System.Text;
using Embedded.Functions.Discovery;
using Embedded.Functions.Http;
using Embedded.Functions.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Hosting;

/// <summary>Tells at start which functions there are and how they are reached.</summary>
internal sealed partial class StartupReport(IEnumerable<HttpTriggers> http, IEnumerable<IEmbeddedHostAddress> addresses, ILogger<StartupReport> logger)
{
    public void Write(IReadOnlyList<EmbeddedFunction> functions)
    {
        if (!logger.IsEnabled(LogLevel.Information))
            return;
        var address = addresses.FirstOrDefault()?.BaseAddress;
        var routes = http.SelectMany(triggers => triggers.Functions).ToDictionary(function => function.Function);
        var width = functions.Select(function => function.Name.Length).DefaultIfEmpty().Max();
        var lines = new StringBuilder();
        foreach (var function in functions)
            lines.Append(Environment.NewLine).Append("  ").Append(function.Name.PadRight(width)).Append("  ").Append(Describe(function, routes, address));
        LogReady(logger, functions.Count, address is null ? "no HTTP" : $"listening on {address}", lines);
    }

    private static string Describe(EmbeddedFunction function, Dictionary<Extensibility.TriggeredFunction, HttpFunction> routes, Uri? address) =>
        function.TriggerAttribute switch
        {
            HttpTriggerAttribute when routes.TryGetValue(function, out var route) =>
                $"[{(route.Methods.Count == 0 ? "any" : string.Join(',', route.Methods))}] {address}{route.Route}",
            QueueTriggerAttribute queue => $"queue {queue.QueueName}",
            TimerTriggerAttribute timer => $"timer {timer.Schedule}",
            var other => BindingKind.Of(other),
        };

    [LoggerMessage(EventId = 110, Level = LogLevel.Information, Message = "Ready: {Count} functions, {Address}{Functions}")]
    private static partial void LogReady(ILogger logger, int count, string address, StringBuilder functions);
}
