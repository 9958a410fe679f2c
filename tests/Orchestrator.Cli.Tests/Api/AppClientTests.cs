using System.CommandLine;
using Microsoft.AspNetCore.Http;
using Orchestrator.Cli.Api;

namespace Orchestrator.Cli.Tests.Api;

public sealed class AppClientTests : IAsyncLifetime
{
    private FakeTaskApi _named = null!;
    private FakeTaskApi _other = null!;

    public async Task InitializeAsync() => (_named, _other) = (await FakeTaskApi.StartAsync(), await FakeTaskApi.StartAsync());

    public async Task DisposeAsync()
    {
        await _named.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_AddressRedirects_TheKeyGoesNoFurtherAndTheTargetIsNamed(bool isPermanent)
    {
        var asked = 0;
        _named.Intercept = _ => Results.Redirect($"{_other.Address}api/keys?secret=1", isPermanent);
        _other.Intercept = _ =>
        {
            asked++;
            return Results.Ok();
        };
        using var http = AppClient.Create(new AppAccess(_named.Address, "key"), TimeSpan.FromSeconds(30));

        var exception = await Assert.ThrowsAsync<CommandException>(() => http.GetAsync(new Uri("api/keys", UriKind.Relative)));

        Assert.Equal(
            $"{_named.Address}api/keys redirects to {_other.Address}api/keys. Redirects are not followed, as the key or token would go along: if the app is there, name it with --url.",
            exception.Message);
        Assert.Equal(0, asked);
    }

    [Theory]
    [InlineData("--api-key=k --token=t", "K", "T", "k", null)]
    [InlineData("--token=t", "K", "T", null, "t")]
    [InlineData("", "K", "T", "K", null)]
    [InlineData("", "", "T", null, "T")]
    [InlineData("", null, null, null, null)]
    public void Read_KeyOrToken_TheCommandLineFirstAndTheKeyFirst(string line, string? keyVariable, string? tokenVariable, string? key, string? token)
    {
        var options = new AppAccessOptions(7071);
        var parsed = new RootCommand { options.Url, options.Key, options.Token }.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(
            new AppAccess(new Uri("http://127.0.0.1:7071/"), key, token),
            options.Read(parsed, name => name == "ORCHESTRATOR_API_KEY" ? keyVariable : name == "ORCHESTRATOR_TOKEN" ? tokenVariable : null));
    }

    [Fact]
    public async Task Send_Token_AsBearer()
    {
        var sent = "";
        _named.Intercept = request =>
        {
            sent = $"{request.Headers.Authorization} {request.Headers["X-Api-Key"]}";
            return Results.Ok();
        };
        using var http = AppClient.Create(new AppAccess(_named.Address, Key: null, "token"), TimeSpan.FromSeconds(30));

        await http.GetAsync(new Uri("api/keys", UriKind.Relative));

        Assert.Equal("Bearer token ", sent);
    }
}
