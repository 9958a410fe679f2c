using Orchestrator.Cli.Storage;

namespace Orchestrator.Cli.Tests.Storage;

public sealed class StorageConnectionTests
{
    [Theory]
    [InlineData("UseDevelopmentStorage=true", "http://127.0.0.1:10002/devstoreaccount1", "http://127.0.0.1:10001/devstoreaccount1", true)]
    [InlineData(
        "AccountName=devstoreaccount1;AccountKey=a==;TableEndpoint=http://localhost:5/devstoreaccount1;QueueEndpoint=http://[::1]:6/devstoreaccount1/;",
        "http://localhost:5/devstoreaccount1", "http://[::1]:6/devstoreaccount1/", true)]
    [InlineData(
        "AccountName=mine;AccountKey=a==;TableEndpoint=http://127.0.0.1:5/mine;QueueEndpoint=http://127.0.0.1:6/mine",
        "http://127.0.0.1:5/mine", "http://127.0.0.1:6/mine", false)]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=a==", "https://acme.table.core.windows.net/", "https://acme.queue.core.windows.net/", false)]
    [InlineData("accountname=acme ; EndpointSuffix=core.example", "https://acme.table.core.example/", "https://acme.queue.core.example/", false)]
    public void Parse_ConnectionString_FindsTheServices(string connectionString, string table, string queue, bool isLocalEmulator)
    {
        var connection = StorageConnection.Parse(connectionString, "a test");

        Assert.Equal((new Uri(table), new Uri(queue), isLocalEmulator), (connection.Table, connection.Queue, connection.IsLocalEmulator));
        Assert.Equal($"{table} (a test)", connection.ToString());
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("UseDevelopmentStorage=false")]
    [InlineData("TableEndpoint=http://127.0.0.1:5/mine")]
    [InlineData("TableEndpoint=not a uri;QueueEndpoint=http://127.0.0.1:6/mine")]
    [InlineData("AccountName=a b;AccountKey=secret")]
    public void Parse_Unusable_IsRefusedWithoutShowingIt(string connectionString)
    {
        var exception = Assert.Throws<CommandException>(() => StorageConnection.Parse(connectionString, "the environment"));

        Assert.Equal(
            "AzureWebJobsStorage of the environment is not a storage connection string: give 'UseDevelopmentStorage=true', or a string with AccountName "
            + "and AccountKey, or one with TableEndpoint and QueueEndpoint.",
            exception.Message);
    }
}
