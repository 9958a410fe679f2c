using Azure.Data.Tables;
using Azure.Data.Tables.Connection;

namespace Embedded.Azure.Data.Tables.Tests.Connection;

public sealed class ConnectionTests
{
    [Theory]
    [InlineData("UseDevelopmentStorage=true", "http://127.0.0.1:10002/devstoreaccount1", "devstoreaccount1")]
    [InlineData("UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://myhost", "http://myhost:10002/devstoreaccount1", "devstoreaccount1")]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=acc;AccountKey=a2V5;EndpointSuffix=core.chinacloudapi.cn", "https://acc.table.core.chinacloudapi.cn/", "acc")]
    [InlineData(" accountname = acc ;AccountKey=a2V5Cg==", "https://acc.table.core.windows.net/", "acc")]
    [InlineData("AccountName=acc;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:3/acc/;", "http://127.0.0.1:3/acc", "acc")]
    [InlineData("TableEndpoint=https://acc.table.core.windows.net/;SharedAccessSignature=sv=1&sig=a", "https://acc.table.core.windows.net/", "acc")]
    public void Constructor_ConnectionString_NamesEndpointAndAccount(string connectionString, string endpoint, string account)
    {
        var service = new TableServiceClient(connectionString.Replace(" = ", "=", StringComparison.Ordinal));

        Assert.Equal(endpoint, service.Uri.AbsoluteUri);
        Assert.Equal(account, service.AccountName);
    }

    [Theory]
    [InlineData("nonsense", "The connection string must consist of settings name=value, separated by semicolons.")]
    [InlineData("AccountKey=a2V5", "The connection string has an AccountKey but no AccountName.")]
    [InlineData("AccountName=acc", "The connection string has neither an AccountKey nor a SharedAccessSignature.")]
    [InlineData("AccountName=acc;AccountName=b;AccountKey=a2V5", "The connection string has the setting AccountName twice.")]
    [InlineData("AccountName=acc;AccountKey=***", "The AccountKey of the connection string is not base 64.")]
    [InlineData("AccountName=acc;AccountKey=a2V5;TableEndpoint=here", "The TableEndpoint of the connection string is not an absolute address.")]
    [InlineData("SharedAccessSignature=sig", "The connection string has neither a TableEndpoint nor an AccountName.")]
    public void Constructor_BadConnectionString_SaysWhatIsWrong(string connectionString, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => new TableServiceClient(connectionString)).Message);

    [Fact]
    public void TextToSign_PathStyle_HasTheAccountTwice() =>
        Assert.Equal(
            "PUT\n\napplication/json\nSun, 22 Nov 2026 16:00:00 GMT\n/acc/acc/T(PartitionKey='a%20b',RowKey='')?comp=acl",
            SharedKeyPolicy.TextToSign(
                "PUT", contentMd5: null, "application/json", "Sun, 22 Nov 2026 16:00:00 GMT", "acc", new Uri("http://127.0.0.1:1/acc/T(PartitionKey='a%20b',RowKey='')?x=1&comp=acl")));

    [Fact]
    public void TextToSign_HostStyle_HasTheAccountOnce() =>
        Assert.Equal(
            "GET\nmd5\n\ndate\n/acc/T()",
            SharedKeyPolicy.TextToSign("GET", "md5", contentType: null, "date", "acc", new Uri("https://acc.table.core.windows.net/T()?$top=1")));

    [Fact]
    public void Sign_KnownKeyAndText_IsHmacSha256() =>
        Assert.Equal("97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg=", new TableSharedKeyCredential("acc", "a2V5").Sign("The quick brown fox jumps over the lazy dog"));

    [Theory]
    [InlineData("https://acc.table.core.windows.net", "https://acc.table.core.windows.net/Things")]
    [InlineData("https://acc.table.core.windows.net/Things", "https://acc.table.core.windows.net/Things")]
    [InlineData("http://127.0.0.1:10002/acc", "http://127.0.0.1:10002/acc/Things")]
    [InlineData("http://127.0.0.1:10002/acc/things/", "http://127.0.0.1:10002/acc/Things")]
    [InlineData("http://127.0.0.1:10002/Things", "http://127.0.0.1:10002/Things/Things")]
    public void Constructor_EndpointWithOrWithoutTable_IsTheSameTable(string endpoint, string table)
    {
        var client = new TableClient(new Uri(endpoint), "Things", new TableSharedKeyCredential("acc", "a2V5"));

        Assert.Equal(table, client.Uri.AbsoluteUri);
        Assert.Equal("Things", client.Name);
    }

    [Fact]
    public void Audience_GivesTheScopeOfItsCloud()
    {
        Assert.Equal("https://storage.azure.com/.default", TableAudience.AzurePublicCloud.DefaultScope);
        Assert.Equal("https://mine/.default", new TableAudience("https://mine/").DefaultScope);
        Assert.True(TableAudience.AzureChina == "HTTPS://storage.azure.cn");
    }
}
