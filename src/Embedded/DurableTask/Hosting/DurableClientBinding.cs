using System.Reflection;
using Embedded.DurableTask.Client;
using Embedded.Functions.Extensibility;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Hosting;

/// <summary>Gives functions the client of the app's task hub.</summary>
internal sealed class DurableClientBinding(HubClient client) : IInputBindingExtension
{
    public bool Handles(Attribute bindingAttribute) => bindingAttribute is DurableClientAttribute;

    public void Validate(string functionName, ParameterInfo parameter, Attribute bindingAttribute)
    {
        if (parameter.ParameterType != typeof(DurableTaskClient))
        {
            throw new FunctionBindingException(
                functionName, $"its parameter '{parameter.Name}' is a {parameter.ParameterType}; a durable client must be a {typeof(DurableTaskClient)}.");
        }

        var attribute = (DurableClientAttribute)bindingAttribute;
        if (!string.IsNullOrEmpty(attribute.ConnectionName)
            || (!string.IsNullOrEmpty(attribute.TaskHub) && !string.Equals(attribute.TaskHub, client.Name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new FunctionBindingException(
                functionName, $"its parameter '{parameter.Name}' names another task hub or connection; the embedded platform offers the app's own hub '{client.Name}' alone.");
        }
    }

    public ValueTask<object?> BindAsync(ParameterInfo parameter, Attribute bindingAttribute, FunctionContext context) => new(client);
}
