using Embedded.Azure.Data.Tables.Tests.Columns;
using Embedded.Azure.Data.Tables.Tests.Entities;
using Embedded.Azure.Data.Tables.Tests.Queries;
using Embedded.Azure.Data.Tables.Tests.Tables;
using Embedded.Azure.Data.Tables.Tests.Transactions;

namespace Embedded.Azure.Data.Tables.Tests.InMemory;

[Collection(InMemoryCollection.Name)]
public sealed class EntityOperationsInMemory(InMemoryTableService service) : EntityOperationsTests(service);

[Collection(InMemoryCollection.Name)]
public sealed class QueriesInMemory(InMemoryTableService service) : QueryTests(service);

[Collection(InMemoryCollection.Name)]
public sealed class RoundTripsInMemory(InMemoryTableService service) : RoundTripTests(service);

[Collection(InMemoryCollection.Name)]
public sealed class TableOperationsInMemory(InMemoryTableService service) : TableOperationsTests(service);

[Collection(InMemoryCollection.Name)]
public sealed class TransactionsInMemory(InMemoryTableService service) : TransactionTests(service);
