using System.Net;
using System.Text;
using Orchestrator.Errors;

namespace Orchestrator.Agents.Tests.Outbound;

/// <summary>Addresses by which a caller tries to reach what the program can reach and the caller cannot: no connection is ever made.</summary>
public sealed class ForgeryTests
{
    [Theory]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("http://127.1:{0}/")]
    [InlineData("http://127.0.0.2:{0}/")]
    [InlineData("http://2130706433:{0}/")]
    [InlineData("http://0177.0.0.1:{0}/")]
    [InlineData("http://0x7f.0.0.1:{0}/")]
    [InlineData("http://0x7f000001:{0}/")]
    [InlineData("http://0:{0}/")]
    [InlineData("http://0.0.0.0:{0}/")]
    [InlineData("http://[::1]:{0}/")]
    [InlineData("http://[::]:{0}/")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/")]
    [InlineData("http://[::ffff:7f00:1]:{0}/")]
    [InlineData("http://[0:0:0:0:0:ffff:127.0.0.1]:{0}/")]
    [InlineData("http://[::127.0.0.1]:{0}/")]
    [InlineData("http://[64:ff9b::127.0.0.1]:{0}/")]
    [InlineData("http://[64:ff9b::7f00:1]:{0}/")]
    [InlineData("http://[2002:7f00:1::]:{0}/")]
    [InlineData("http://①②⑦.⓪.⓪.①:{0}/")]
    [InlineData("http://１２７.０.０.１:{0}/")]
    [InlineData("http://127。0。0。1:{0}/")]
    [InlineData("http://127．0．0．1:{0}/")]
    [InlineData("http://127｡0｡0｡1:{0}/")]
    [InlineData("http://[::1%25lo]:{0}/")]
    [InlineData("http://[fe80::1%25lo]:{0}/")]
    [InlineData("http://a.localhost:{0}/")]
    [InlineData("http://١٢٧.٠.٠.١:{0}/")]
    [InlineData("http://localhost:{0}/")]
    [InlineData("http://LOCALHOST:{0}/")]
    [InlineData("http://localhost.:{0}/")]
    [InlineData("http://127.0.0.1.:{0}/")]
    [InlineData("http://ⓛocalhost:{0}/")]
    [InlineData("http://allowed.example@127.0.0.1:{0}/")]
    [InlineData("http://127.0.0.1:{0}\\@allowed.example/")]
    [InlineData("http://allowed.example:{0}@127.0.0.1:{0}/")]
    [InlineData("http://allowed.example.evil.example:{0}/")]
    [InlineData("http://notallowed.example:{0}/")]
    [InlineData("http://allowed.example.:{0}/")]
    [InlineData("http://allowed.example:1/")]
    [InlineData("https://allowed.example:{0}/")]
    [InlineData("ftp://127.0.0.1:{0}/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://127.0.0.1:{0}/")]
    [InlineData("//127.0.0.1:{0}/")]
    [InlineData("127.0.0.1:{0}")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[fd00:ec2::254]/latest/meta-data/")]
    [InlineData("http://metadata.google.internal/computeMetadata/v1/")]
    [InlineData("http://168.63.129.16/machine?comp=goalstate")]
    [InlineData("")]
    public async Task Send_AddressNotAllowed_IsRefusedAndReachesNobody(string address)
    {
        using var trap = new Trap();
        using var wayOut = new WayOut(WayOut.Allowing($"http://allowed.example:{trap.Port}"));

        var failure = await wayOut.FailAsync<OutboundRefusedException>(string.Format(null, address, trap.Port));

        Assert.Equal(("outbound_refused", false), (failure.Code, failure.IsRetryable));
        Assert.Empty(wayOut.Dialled);
        Assert.Empty(wayOut.Resolved);
        Assert.False(trap.WasSprung);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.8.8")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("100.100.100.200")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.170")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.250")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("168.63.129.16")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::7f00:1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::ffff:0:127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::808:808")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("2002:a9fe:a9fe::")]
    [InlineData("2a00::5efe:a00:1")]
    [InlineData("2a00::200:5efe:a00:1")]
    [InlineData("3fff::1")]
    [InlineData("5f00::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public async Task Send_AllowedNameWithAddressThatIsNotPublic_IsRefusedAndReachesNobody(string address)
    {
        using var trap = new Trap();
        using var wayOut = new WayOut(WayOut.Allowing($"http://allowed.example:{trap.Port}")).Name("allowed.example", address);

        var failure = await wayOut.FailAsync<OutboundRefusedException>($"http://allowed.example:{trap.Port}/");

        Assert.EndsWith("is not one of the public internet", failure.Reason, StringComparison.Ordinal);
        Assert.Empty(wayOut.Dialled);
        Assert.False(trap.WasSprung);
    }

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("169.254.169.254")]
    [InlineData("[fd00::1]")]
    [InlineData("[64:ff9b::a9fe:a9fe]")]
    public async Task Send_AllowedLiteralThatIsNotPublic_IsRefused(string host)
    {
        using var wayOut = new WayOut(WayOut.Allowing($"http://{host}"));

        await wayOut.FailAsync<OutboundRefusedException>($"http://{host}/");

        Assert.Empty(wayOut.Dialled);
    }

    [Theory]
    [InlineData("93.184.215.14")]
    [InlineData("2606:2800:21f:cb07:6820:80da:af6b:8b2c")]
    [InlineData("::ffff:93.184.215.14")]
    [InlineData("64:ff9b::5db8:d70e")]
    [InlineData("2002:5db8:d70e::1")]
    public async Task Send_AllowedNameWithPublicAddress_ConnectsToThatAddress(string address)
    {
        await using var server = await LocalServer.StartAsync(new LocalAnswer(200, "\"here\""));
        using var wayOut = new WayOut(WayOut.Allowing("http://allowed.example")) { PublicLeadsTo = server.Port }.Name("allowed.example", address);

        var response = await wayOut.GetAsync("http://allowed.example/a?b=c");

        Assert.Equal((200, "\"here\""), (response.Status, Encoding.UTF8.GetString(response.Body.Span)));
        Assert.Equal([new IPEndPoint(IPAddress.Parse(address), 80)], wayOut.Dialled);
        Assert.Equal("allowed.example", Assert.Single(server.Requests).Headers["Host"]);
    }

    [Fact]
    public async Task Send_OneOfSeveralAddressesNotPublic_IsRefused()
    {
        using var wayOut = new WayOut(WayOut.Allowing("http://allowed.example")).Name("allowed.example", "93.184.215.14", "127.0.0.1");

        await wayOut.FailAsync<OutboundRefusedException>("http://allowed.example/");

        Assert.Empty(wayOut.Dialled);
    }

    [Fact]
    public async Task Send_NameChangesItsMeaning_IsResolvedOnceAndTheCheckedAddressCalled()
    {
        using var trap = new Trap();
        await using var server = await LocalServer.StartAsync(new LocalAnswer(200));
        using var wayOut = new WayOut(WayOut.Allowing($"http://allowed.example:{trap.Port}")) { PublicLeadsTo = server.Port }
            .Name("allowed.example", "93.184.215.14").Name("allowed.example", "127.0.0.1");

        await wayOut.GetAsync($"http://allowed.example:{trap.Port}/");

        Assert.Equal(["allowed.example"], wayOut.Resolved);
        Assert.False(trap.WasSprung);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Send_NameHasChangedItsMeaning_IsRefusedAtTheNextConnection()
    {
        using var trap = new Trap();
        await using var server = await LocalServer.StartAsync(new LocalAnswer(200, Headers: ("Connection", "close")));
        using var wayOut = new WayOut(WayOut.Allowing($"http://allowed.example:{trap.Port}")) { PublicLeadsTo = server.Port }
            .Name("allowed.example", "93.184.215.14").Name("allowed.example", "127.0.0.1");
        await wayOut.GetAsync($"http://allowed.example:{trap.Port}/");

        await wayOut.FailAsync<OutboundRefusedException>($"http://allowed.example:{trap.Port}/");

        Assert.False(trap.WasSprung);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Send_AnswerIsRedirect_IsNotFollowed(int status)
    {
        using var trap = new Trap();
        await using var server = await LocalServer.StartAsync(new LocalAnswer(status, Headers: ("Location", $"http://127.0.0.1:{trap.Port}/")));
        using var wayOut = WayOut.ToThisMachine();

        var response = await wayOut.GetAsync(server.Address.AbsoluteUri);

        Assert.Equal((status, $"http://127.0.0.1:{trap.Port}/"), (response.Status, response.Header("location")));
        Assert.False(trap.WasSprung);
    }

    [Fact]
    public async Task Send_LoopbackAllowed_OtherNamesOfThisMachineAreNot()
    {
        using var trap = new Trap();
        var options = WayOut.Allowing($"http://allowed.example:{trap.Port}");
        options.AllowLoopback = true;
        using var wayOut = new WayOut(options).Name("allowed.example", "127.0.0.1");

        await wayOut.FailAsync<OutboundRefusedException>($"http://allowed.example:{trap.Port}/");
        await wayOut.FailAsync<OutboundRefusedException>($"http://0.0.0.0:{trap.Port}/");
        await wayOut.FailAsync<OutboundRefusedException>($"http://[64:ff9b::127.0.0.1]:{trap.Port}/");

        Assert.Empty(wayOut.Dialled);
        Assert.False(trap.WasSprung);
    }
}
