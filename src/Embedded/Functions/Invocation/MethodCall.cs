using System.Reflection;

namespace Embedded.Functions.Invocation;

/// <summary>Calls a function's method and waits for it, whatever it returns.</summary>
internal sealed class MethodCall
{
    private static readonly MethodInfo AwaitTaskMethod = Generic(nameof(AwaitTaskOf));
    private static readonly MethodInfo AwaitValueTaskMethod = Generic(nameof(AwaitValueTaskOf));

    private readonly MethodInvoker _invoker;
    private readonly Func<object?, Task<object?>> _await;

    public MethodCall(MethodInfo method)
    {
        _invoker = MethodInvoker.Create(method);
        _await = AwaiterOf(method.ReturnType);
    }

    /// <summary>The method's result, null if it returns none; fails with what the method threw. Never throws itself.</summary>
    public Task<object?> InvokeAsync(object? instance, object?[] arguments)
    {
        object? returned;
        try
        {
            returned = _invoker.Invoke(instance, arguments.AsSpan());
        }
        catch (Exception fault)
        {
            // Also what is thrown before the first await comes through the task, so that callers need look in one place only.
            return Task.FromException<object?>(fault);
        }

        return _await(returned);
    }

    private static Func<object?, Task<object?>> AwaiterOf(Type returnType)
    {
        if (returnType == typeof(Task))
            return AwaitTask;
        if (returnType == typeof(ValueTask))
            return AwaitValueTask;
        if (returnType.IsGenericType && returnType.GetGenericTypeDefinition() == typeof(Task<>))
            return Of(AwaitTaskMethod, returnType);
        if (returnType.IsGenericType && returnType.GetGenericTypeDefinition() == typeof(ValueTask<>))
            return Of(AwaitValueTaskMethod, returnType);
        return Task.FromResult;
    }

    private static async Task<object?> AwaitTask(object? returned)
    {
        await (Task)returned!;
        return null;
    }

    private static async Task<object?> AwaitValueTask(object? returned)
    {
        await (ValueTask)returned!;
        return null;
    }

    private static async Task<object?> AwaitTaskOf<T>(object? returned) => await (Task<T>)returned!;

    private static async Task<object?> AwaitValueTaskOf<T>(object? returned) => await (ValueTask<T>)returned!;

    private static MethodInfo Generic(string name) => typeof(MethodCall).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;

    private static Func<object?, Task<object?>> Of(MethodInfo generic, Type returnType) =>
        generic.MakeGenericMethod(returnType.GetGenericArguments()).CreateDelegate<Func<object?, Task<object?>>>();
}
