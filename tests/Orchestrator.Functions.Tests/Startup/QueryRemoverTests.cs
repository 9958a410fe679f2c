using Microsoft.ApplicationInsights.DataContracts;
using Orchestrator.Functions.Startup;

namespace Orchestrator.Functions.Tests.Startup;

public sealed class QueryRemoverTests
{
    [Theory]
    [InlineData("https://api.example.com/a?key=s3cret", "https://api.example.com/a")]
    [InlineData("https://api.example.com/a", "https://api.example.com/a")]
    [InlineData("what?", "what?")]
    [InlineData(null, null)]
    public void Initialize_OutboundCall_HasNoQuery(string? data, string? told)
    {
        var call = new DependencyTelemetry { Data = data };

        new QueryRemover().Initialize(call);
        new QueryRemover().Initialize(new RequestTelemetry());

        Assert.Equal(told, call.Data);
    }
}
