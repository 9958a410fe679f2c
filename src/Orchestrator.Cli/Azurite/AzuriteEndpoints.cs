namespace Orchestrator.Cli.Azurite;

/// <summary>Where an Azurite listens, without the account name. The account is the emulator's well-known one.</summary>
internal sealed record AzuriteEndpoints(Uri Blob, Uri Queue, Uri Table)
{
    public const string AccountName = "devstoreaccount1";

    /// <summary>The published key of the emulator's account; it protects nothing.</summary>
    public const string AccountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    public Uri BlobAccount => new(Blob, AccountName);

    public Uri QueueAccount => new(Queue, AccountName);

    public Uri TableAccount => new(Table, AccountName);

    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={AccountName};AccountKey={AccountKey};"
        + $"BlobEndpoint={BlobAccount};QueueEndpoint={QueueAccount};TableEndpoint={TableAccount};";
}
