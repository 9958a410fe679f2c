namespace Embedded.Azure.Data.Tables.Tests.InMemory;

/// <summary>The tests that share the one server of the test kit.</summary>
[CollectionDefinition(Name)]
public sealed class InMemoryCollection : ICollectionFixture<InMemoryTableService>
{
    public const string Name = "InMemory";
}
