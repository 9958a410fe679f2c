using Moq;
using Orchestrator.Cli.Storage;

namespace Orchestrator.Cli.Tests.Storage;

public sealed class StorageSelectorTests
{
    private static readonly StorageConnection _emulator = StorageConnection.Parse(StorageConnection.Development, "the defaults");
    private static readonly StorageConnection _account = StorageConnection.Parse("AccountName=acme;AccountKey=a==", "the environment");
    private static readonly RunningStorage _own = new("own", "our own", _ => Task.CompletedTask);

    private readonly Mock<IStorageProbe> _probe = new(MockBehavior.Strict);
    private readonly Mock<IEmulatorStarter> _starter = new(MockBehavior.Strict);

    [Fact]
    public async Task SelectAsync_ConfiguredAnswers_IsUsedAndNotStopped()
    {
        Answers(_emulator.Table, true);
        Answers(_emulator.Queue, true);

        var storage = await SelectAsync(_emulator);

        Assert.Equal((_emulator.ConnectionString, null), (storage.ConnectionString, storage.StopAsync));
        Assert.Equal("the one configured by the defaults, http://127.0.0.1:10002/devstoreaccount1", storage.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SelectAsync_EmulatorDoesNotAnswerWholly_StartsOurOwn(bool tableAnswers)
    {
        Answers(_emulator.Table, tableAnswers);
        Answers(_emulator.Queue, false);
        _starter.Setup(starter => starter.StartAsync("demo", It.IsAny<Action<string>>(), CancellationToken.None)).ReturnsAsync(_own);

        Assert.Same(_own, await SelectAsync(_emulator));
    }

    [Fact]
    public async Task SelectAsync_AccountDoesNotAnswer_SaysWhatToDo()
    {
        Answers(_account.Table, true);
        Answers(_account.Queue, false);

        var exception = await Assert.ThrowsAsync<CommandException>(() => SelectAsync(_account));

        Assert.Equal(
            "The storage account configured by the environment does not answer at https://acme.queue.core.windows.net/: check the name and the network, "
            + "or unset AzureWebJobsStorage to work on a local emulator.",
            exception.Message);
    }

    private void Answers(Uri account, bool answers) => _probe.Setup(probe => probe.AnswersAsync(account, CancellationToken.None)).ReturnsAsync(answers);

    private Task<RunningStorage> SelectAsync(StorageConnection configured) =>
        new StorageSelector(_probe.Object, _starter.Object).SelectAsync(configured, "demo", _ => { }, CancellationToken.None);
}
