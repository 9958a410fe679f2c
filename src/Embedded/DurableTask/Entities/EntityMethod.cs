using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Entities;

/// <summary>A method that serves an entity operation: where its arguments come from and how its result is awaited.</summary>
internal sealed class EntityMethod
{
    private static readonly ConcurrentDictionary<(Type, string), EntityMethod?> Known = new();

    private readonly MethodInfo _method;
    private readonly ParameterInfo[] _parameters;

    private EntityMethod(MethodInfo method)
    {
        _method = method;
        _parameters = method.GetParameters();
    }

    /// <summary>The public method of that name, compared without regard to case.</summary>
    /// <exception cref="AmbiguousMatchException">There are several.</exception>
    public static EntityMethod? Find(Type type, string operation)
    {
        if (Known.TryGetValue((type, operation), out var known))
        {
            return known;
        }

        var method = type.GetMethod(operation, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);

        // What clients make up as names must not fill the memory: only names that exist are kept.
        return method is null ? null : Known.GetOrAdd((type, operation), new EntityMethod(method));
    }

    /// <summary>Calls the method and waits for its end.</summary>
    /// <exception cref="InvalidOperationException">A parameter cannot be bound.</exception>
    public async ValueTask<object?> InvokeAsync(object target, TaskEntityOperation operation)
    {
        var result = _method.Invoke(target, BindingFlags.DoNotWrapExceptions, binder: null, Bind(operation), culture: null);
        switch (result)
        {
            case Task task:
                await task;
                return ResultOf(task, _method.ReturnType);
            case ValueTask valueTask:
                await valueTask;
                return null;
            default:
                if (result is null || !IsValueTaskOfT(_method.ReturnType))
                {
                    return result;
                }

                var asTask = (Task)_method.ReturnType.GetMethod(nameof(ValueTask<>.AsTask))!.Invoke(result, null)!;
                await asTask;
                return asTask.GetType().GetProperty(nameof(Task<>.Result))!.GetValue(asTask);
        }
    }

    private static bool IsValueTaskOfT(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>);

    // By the declared type: what an async method declared as Task returns is a Task of some internal type.
    private static object? ResultOf(Task task, Type declared) =>
        declared.IsGenericType && declared.GetGenericTypeDefinition() == typeof(Task<>)
            ? declared.GetProperty(nameof(Task<>.Result))!.GetValue(task)
            : null;

    private object?[] Bind(TaskEntityOperation operation)
    {
        var arguments = new object?[_parameters.Length];
        ParameterInfo? context = null, input = null;
        for (var i = 0; i < arguments.Length; i++)
        {
            var parameter = _parameters[i];
            if (parameter.ParameterType == typeof(TaskEntityContext))
            {
                RefuseSecond(context, parameter, "context", operation);
                context = parameter;
                arguments[i] = operation.Context;
            }
            else
            {
                RefuseSecond(input, parameter, "input", operation);
                input = parameter;
                arguments[i] = InputFor(parameter, operation);
            }
        }

        return arguments;
    }

    private object? InputFor(ParameterInfo parameter, TaskEntityOperation operation)
    {
        if (operation.HasInput)
        {
            return operation.GetInput(parameter.ParameterType);
        }

        return parameter.HasDefaultValue
            ? parameter.DefaultValue
            : throw new InvalidOperationException(
                $"Error dispatching {operation} to '{_method}'.\nThere was an error binding parameter '{parameter}'. The operation expected an input value, but no input was provided by the caller.");
    }

    private void RefuseSecond(ParameterInfo? first, ParameterInfo second, string what, TaskEntityOperation operation)
    {
        if (first is not null)
        {
            throw new InvalidOperationException(
                $"Error dispatching {operation} to '{_method}'.\nUnable to bind {what} to '{second}' because it has already been bound to parameter '{first}'. Please remove the duplicate parameter in method '{_method}'.\nEntity operation: {operation}.");
        }
    }
}
