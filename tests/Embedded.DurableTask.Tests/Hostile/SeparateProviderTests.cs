using System.Net;
using Embedded.DurableTask.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Embedded.DurableTask.Tests.Hostile;

/// <summary>Functions of different kinds share nothing but what the platform carries, and the platform is there once.</summary>
public sealed class SeparateProviderTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly string[] _durable = ["orchestrator", "activity", "entity"];
    private static readonly string[] _kinds = ["http", "activity", "queue note", "timer"];

    private readonly Sightings _sightings = new();

    [Fact]
    public async Task Functions_InHostileMode_HaveAProviderForEachKind()
    {
        await RunAsync("Hostile");

        var shelves = _kinds.Select(_sightings.ShelfOf).ToList();
        Assert.Equal(4, shelves.Distinct().Count());
        Assert.All(_durable, who => Assert.Equal(_sightings.ShelfOf("activity"), _sightings.ShelfOf(who)));
        Assert.All(ShelfKeeper.Life, turn => Assert.Equal(shelves.Order(), _sightings.Of(turn).Order()));
    }

    [Fact]
    public async Task Functions_InNormalMode_ShareOneProvider()
    {
        await RunAsync("Normal");

        var shelf = Assert.Single(_kinds.Concat(_durable).Select(_sightings.ShelfOf).Distinct());
        Assert.All(ShelfKeeper.Life, turn => Assert.Equal([shelf], _sightings.Of(turn)));
    }

    private async Task RunAsync(string mode)
    {
        await using (var app = await DurableApp.StartAsync(azurite, mode, [typeof(SeparateFunctions)], Configure))
        {
            using var answer = await app.Http.PostAsync(new Uri("api/Ask", UriKind.Relative), content: null);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            await app.EndOfAsync("a");
            await Eventually.TrueAsync(() => _sightings.Of("queue note").Count > 0 && _sightings.Of("timer").Count > 0, "queue and timer functions have run");
        }

        void Configure(IServiceCollection services) => services.AddSingleton<Shelf>().AddSingleton(_sightings).AddHostedService<ShelfKeeper>();
    }
}
