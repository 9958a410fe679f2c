using Embedded.Functions.Extensibility;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Http;

/// <summary>HTTP functions: bound to routes, served by a <see cref="HttpServer"/>.</summary>
internal sealed class HttpTriggers(HttpRoutes routes, HttpServer server) : ITriggerExtension
{
    private readonly Dictionary<TriggeredFunction, HttpFunction> _functions = [];

    public IEnumerable<HttpFunction> Functions => _functions.Values;

    public bool Handles(Attribute triggerAttribute) => triggerAttribute is HttpTriggerAttribute;

    public void Add(TriggeredFunction function)
    {
        if (function.TriggerParameter.ParameterType != typeof(HttpRequest))
        {
            throw new FunctionBindingException(function.Name,
                $"its trigger parameter '{function.TriggerParameter.Name}' is of type {function.TriggerParameter.ParameterType.Name}; an HTTP trigger gives a Microsoft.AspNetCore.Http.HttpRequest.");
        }

        var added = routes.Create(function);
        if (_functions.Values.FirstOrDefault(added.Collides) is { } other)
            throw new FunctionBindingException(function.Name, $"its route '{added.Route}' answers the same requests as that of '{other.Function.Name}'.");
        _functions.Add(function, added);
    }

    public bool Offers(TriggeredFunction function, string bindingDataName) =>
        _functions[function].Pattern.GetParameter(bindingDataName) is not null;

    public Task StartAsync(CancellationToken cancellationToken) =>
        _functions.Count == 0 ? Task.CompletedTask : server.StartAsync([.. _functions.Values], cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);
}
