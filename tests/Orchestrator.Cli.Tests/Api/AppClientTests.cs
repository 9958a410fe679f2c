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
            $"{_named.Address}api/keys redirects to {_other.Address}api/keys. Redirects are not followed, as the API key would go along: if the app is there, name it with --url.",
            exception.Message);
        Assert.Equal(0, asked);
    }
}
