using Embedded.Azure.Data.Tables.Tests.Columns;
using Embedded.Azure.Data.Tables.Tests.Entities;
using Embedded.Azure.Data.Tables.Tests.Queries;
using Embedded.Azure.Data.Tables.Tests.Tables;
using Embedded.Azure.Data.Tables.Tests.Transactions;

namespace Embedded.Azure.Data.Tables.Tests.Azurite;

[Collection(AzuriteCollection.Name)]
public sealed class EntityOperationsOnAzurite(AzuriteTableService service) : EntityOperationsTests(service);

[Collection(AzuriteCollection.Name)]
public sealed class QueriesOnAzurite(AzuriteTableService service) : QueryTests(service);

[Collection(AzuriteCollection.Name)]
public sealed class RoundTripsOnAzurite(AzuriteTableService service) : RoundTripTests(service);

[Collection(AzuriteCollection.Name)]
public sealed class TableOperationsOnAzurite(AzuriteTableService service) : TableOperationsTests(service);

[Collection(AzuriteCollection.Name)]
public sealed class TransactionsOnAzurite(AzuriteTableService service) : TransactionTests(service);
