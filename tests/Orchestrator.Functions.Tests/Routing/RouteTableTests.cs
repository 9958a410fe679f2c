using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Orchestrator.Access;
using Orchestrator.Functions.Http;
using Orchestrator.Functions.Routing;
using Orchestrator.TestKit.Apps;

namespace Orchestrator.Functions.Tests.Routing;

public sealed class RouteTableTests
{
    [Fact]
    public void Routes_AgainstEveryHttpTrigger_SayTheSame()
    {
        var triggers = typeof(TasksFunctions).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Select(method => (
                Function: method.GetCustomAttribute<FunctionAttribute>(),
                Trigger: method.GetParameters().Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault(trigger => trigger is not null)))
            .Where(found => found is { Function: not null, Trigger: not null })
            .SelectMany(found => found.Trigger!.Methods!.Select(method => $"{method.ToUpperInvariant()} {found.Trigger.Route} {found.Function!.Name}"))
            .Order(StringComparer.Ordinal)
            .ToList();

        Assert.Equal(triggers, RouteTable.Routes.Select(route => $"{route.Method} {route.Template} {route.Function}").Order(StringComparer.Ordinal));
        Assert.Equal(44, triggers.Count);
    }

    /// <summary>The tests of outages ask all of them, and do not see the table.</summary>
    [Fact]
    public void Routes_AgainstThoseThatTestsOfTheAppKnow_SayTheSame()
    {
        Assert.Equal(Names(needsStorage: true), AppRoutes.NeedStorage);
        Assert.Equal(Names(needsStorage: false), AppRoutes.WorkWithoutStorage);

        static IEnumerable<string> Names(bool needsStorage) => RouteTable.Routes
            .Where(route => route.WorksWithoutStorage != needsStorage && !route.Template.StartsWith("health", StringComparison.Ordinal)).Select(route => $"{route.Method} {route.Template}");
    }

    [Fact]
    public void Triggers_All_AnonymousToTheHost() =>
        Assert.All(
            typeof(TasksFunctions).Assembly.GetTypes().SelectMany(type => type.GetMethods()).SelectMany(method => method.GetParameters())
                .Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).Where(trigger => trigger is not null),
            trigger => Assert.Equal(AuthorizationLevel.Anonymous, trigger!.AuthLevel));

    [Fact]
    public void Functions_All_PublicWithNamesOfTheirOwn()
    {
        var functions = typeof(TasksFunctions).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => method.GetCustomAttribute<FunctionAttribute>() is not null)
            .ToList();

        Assert.All(functions, function => Assert.True(function.IsPublic && function.DeclaringType!.IsPublic, $"{function.DeclaringType}.{function.Name} must be public."));
        Assert.Equal(functions.Count, functions.Select(function => function.GetCustomAttribute<FunctionAttribute>()!.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void Audited_EveryRouteThatChangesSomething_ButThoseNamedHere()
    {
        var actions = RouteTable.Routes.Where(route => route.Method != "GET" && route.Role != Role.Anyone).ToList();

        Assert.Equal(["POST tasks", "POST tasks/batch", "POST tasks/validate"], actions.Where(route => !route.IsAudited(submissions: false)).Select(Name).Order(StringComparer.Ordinal));
        Assert.Equal(["POST tasks/validate"], actions.Where(route => !route.IsAudited(submissions: true)).Select(Name));
        Assert.DoesNotContain(RouteTable.Routes.Except(actions), route => route.IsAudited(submissions: true));
        Assert.All(actions, route => Assert.True(route.Role >= Role.Operator, $"{Name(route)} changes something, so a viewer must not."));

        static string Name(Route route) => $"{route.Method} {route.Template}";
    }

    [Theory]
    [InlineData("tasks/{id}/attempts/{attempt}/token", "7/2")]
    [InlineData("tasks/{id}", "7")]
    [InlineData("tasks/batch", "")]
    public void TargetOf_Template_ItsParametersInOrder(string template, string target) =>
        Assert.Equal(target, new Route("POST", template, "F", Role.Operator).TargetOf(new() { ["attempt"] = "2", ["other"] = "x", ["id"] = "7" }));

    [Fact]
    public void Find_UnknownFunction_Null() => Assert.Null(RouteTable.Find("Nope"));

    [Fact]
    public void Find_NameInOtherCase_TheRow() => Assert.Equal("tasks/{id}/cancel", RouteTable.Find("canceltask")?.Template);
}
