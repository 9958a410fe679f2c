using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.EndToEnd.Tests.Apps;

/// <summary>One function app for a test class, on tables and a task hub of its own. Only for tests that put nothing into queues.</summary>
public abstract class AppFixture(PlatformMode mode) : IAsyncLifetime
{
    private readonly AzuriteFixture _azurite = new();
    private readonly SampleTexts _texts = new();
    private FunctionApp? _app;

    internal HttpClient Http => _app!.Http;

    internal SampleTexts Texts => _texts;

    public async Task InitializeAsync()
    {
        await _azurite.InitializeAsync();
        _app = await FunctionApp.StartAsync(new FunctionAppSetup { ConnectionString = _azurite.ConnectionString, Mode = mode, ReadFolders = [_texts.Folder] });
    }

    public async Task DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
        _texts.Delete();
        await _azurite.DisposeAsync();
    }

    public sealed class Normal() : AppFixture(PlatformMode.Normal);

    public sealed class Hostile() : AppFixture(PlatformMode.Hostile);
}
