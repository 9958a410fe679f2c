using Orchestrator.Infra.Tests.Bicep.Model;

namespace Orchestrator.Infra.Tests.Bicep;

/// <summary>What single parameters do to what would be deployed.</summary>
public sealed class OptionsTests : IDisposable
{
    private static readonly string[] _alertTypes = ["Microsoft.Insights/scheduledQueryRules", "Microsoft.Insights/metricAlerts"];

    private readonly InfraCopy _copy = new();

    public void Dispose() => _copy.Dispose();

    [Fact]
    public void DisabledAlerts_None_AllAreRaised() => Assert.Equal([], Silent(("disabledAlerts", "[]")));

    [Fact]
    public void DisabledAlerts_Some_AreThoseThatAreNotRaised() => Assert.Equal(
        ["no-success", "not-available", "storage-busy"], Silent(("disabledAlerts", "['not-available', 'no-success', 'storage-busy']")));

    [Fact]
    public void AlertsEnabled_False_NoneIsRaised()
    {
        var deployment = Predict(("alertsEnabled", "false"), ("availabilityTest", "true"));

        Assert.All(_alertTypes.SelectMany(deployment.Of), alert => Assert.Equal("false", alert.Text("properties.enabled")));
        Assert.Equal(14, _alertTypes.SelectMany(deployment.Of).Count());
    }

    [Fact]
    public void FurtherSubnets_One_IsMadeBesideThoseOfTheApp()
    {
        var network = Predict(("privateNetworking", "true"), ("furtherSubnets", "[{ name: 'runners', addressPrefix: '10.20.0.128/26' }]")).Of("Microsoft.Network/virtualNetworks").Single();

        Assert.Equal(
            ["app 10.20.0.0/26", "endpoints 10.20.0.64/26", "runners 10.20.0.128/26"],
            network.At("properties.subnets")!.Value.EnumerateArray().Select(subnet => $"{subnet.GetProperty("name")} {subnet.GetProperty("properties").GetProperty("addressPrefix")}"));
    }

    [Fact]
    public void MonthlyBudget_WithoutItsFirstDay_IsRefused() => Assert.Contains(
        "monthlyBudget wants a budgetStartDate, such as 2026-12-01", Failure(("monthlyBudget", "100")), StringComparison.Ordinal);

    [Fact]
    public void MonthlyBudget_WithItsFirstDay_BeginsThen() => Assert.Equal(
        "2026-12-01", Predict(("monthlyBudget", "100"), ("budgetStartDate", "'2026-12-01'")).Of("Microsoft.Consumption/budgets").Single().Text("properties.timePeriod.startDate"));

    [Fact]
    public void MonthlyBudget_NobodyHasAnAddress_TellsTheActionGroup()
    {
        var notifications = Predict(("monthlyBudget", "100"), ("budgetStartDate", "'2026-12-01'")).Of("Microsoft.Consumption/budgets").Single().At("properties.notifications")!.Value;

        Assert.All(notifications.EnumerateObject(), notification => Assert.Contains(
            "Microsoft.Insights/actionGroups", Assert.Single(notification.Value.GetProperty("contactGroups").EnumerateArray()).GetString(), StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("false", "0", "")]
    [InlineData("false", "1", "durable 1")]
    [InlineData("true", "0", "")]
    [InlineData("true", "1", "durable 2")]
    [InlineData("true", "3", "durable 3")]
    public void AlwaysReady_OverZones_IsTwoAtLeast(string zoneRedundant, string count, string expected)
    {
        var groups = Predict(("zoneRedundant", zoneRedundant), ("alwaysReadyDurable", count)).App.At("properties.functionAppConfig.scaleAndConcurrency.alwaysReady")!.Value;

        Assert.Equal(expected, string.Join(' ', groups.EnumerateArray().Select(group => $"{group.GetProperty("name")} {group.GetProperty("instanceCount")}")));
    }

    private IEnumerable<string> Silent(params (string Name, string Value)[] parameters)
    {
        var deployment = Predict([.. parameters, ("availabilityTest", "true")]);
        return _alertTypes.SelectMany(deployment.Of).Where(alert => alert.Text("properties.enabled") == "false")
            .Select(alert => alert.Text("properties.description")!.Split('#')[^1]).Order(StringComparer.Ordinal);
    }

    private string Failure(params (string Name, string Value)[] parameters)
    {
        try
        {
            return string.Join('\n', Predict(parameters).Diagnostics);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return exception.Message;
        }
    }

    private Deployment Predict(params (string Name, string Value)[] parameters) =>
        _copy.Look(new Scenario("with options", parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value, StringComparer.Ordinal))).Deployments.Single();
}
