namespace Embedded.Azure.Data.Tables.Tests.Azurite;

/// <summary>The tests that share the one Azurite.</summary>
[CollectionDefinition(Name)]
public sealed class AzuriteCollection : ICollectionFixture<AzuriteTableService>
{
    public const string Name = "Azurite";
}
