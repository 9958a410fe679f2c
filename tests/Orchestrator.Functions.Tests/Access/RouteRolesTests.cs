using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Orchestrator.Access;
using Orchestrator.Errors;
using Orchestrator.Functions.Access;
using Orchestrator.Functions.Routing;
using Orchestrator.Functions.Tests.Apps;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Functions.Tests.Access;

/// <summary>Every route of the table with no key, a bad one and one of each role, over HTTP against the whole app. A function that has no row is found by the tests of the table.</summary>
public sealed class RouteRolesTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string FirstKey = "the-first-key-of-all-0123456789";

    /// <summary>Ids that name nothing: whoever is let in changes nothing.</summary>
    private static readonly Dictionary<string, string> Values = new(StringComparer.Ordinal) { ["{id}"] = "01M822NHQ7032CRF3PC0QSXM1V", ["{name}"] = "no.such", ["{attempt}"] = "1" };

    [Theory]
    [InlineData("Normal")]
    [InlineData("Hostile")]
    public async Task EveryRoute_EveryKey_AsTheTableSays(string mode)
    {
        await using var app = await WholeApp.StartAsync(
            azurite, azurite.UniqueName(), mode, new TestAgent.Script(), "--Orchestrator:Access:RequireKeys=true", $"--Orchestrator:Access:Keys:first:Key={FirstKey}", "--Orchestrator:Access:Keys:first:Role=Admin");
        var unknown = ApiKeySecret.New(new SystemRandomSource()).Text;
        var keys = new Dictionary<string, (string? Key, Role Role)>(StringComparer.Ordinal)
        {
            ["none"] = (null, Role.Anyone),
            ["bad"] = ("no-key-of-ours-0123456789", Role.Anyone),
            ["unknown"] = (unknown, Role.Anyone),
            ["revoked"] = (await RevokedAsync(app), Role.Anyone),
            ["configured"] = (FirstKey, Role.Admin),
        };
        foreach (var role in new[] { Role.Viewer, Role.Operator, Role.Admin })
            keys[$"{role}"] = ((await CreateAsync(app, role)).Key, role);

        var wrong = new List<string>();
        foreach (var route in RouteTable.Routes)
        {
            foreach (var (name, (key, role)) in keys)
            {
                var expected = role >= route.Role ? "in" : role == Role.Anyone ? "401 unauthorized" : "403 forbidden";
                var (status, code) = await SendAsync(app, new HttpMethod(route.Method), $"api/{Fill(route.Template)}", key);
                var found = code is "unauthorized" or "forbidden" || status is 401 ? $"{status} {code}" : status == 500 ? "500" : "in";
                if (found != expected)
                    wrong.Add($"{route.Method} {route.Template} with key '{name}': {found} in place of {expected}");
            }
        }

        Assert.Equal([], wrong);
    }

    [Theory]
    [InlineData("Normal")]
    [InlineData("Hostile")]
    public async Task EveryRoute_EveryRoleOfAToken_AsTheTableSays(string mode)
    {
        await using var authority = await OpenIdServer.StartAsync();
        await using var app = await WholeApp.StartAsync(
            azurite,
            azurite.UniqueName(),
            mode,
            new TestAgent.Script(),
            "--Orchestrator:Access:RequireKeys=true",
            "--Orchestrator:Access:Entra:TenantId=01234567-89ab-cdef-0123-456789abcdef",
            $"--Orchestrator:Access:Entra:Audience={OpenIdServer.Audience}",
            $"--Orchestrator:Access:Entra:Authority={authority.Authority}");
        var tokens = new Dictionary<string, (string Token, Role Role, string Otherwise)>(StringComparer.Ordinal)
        {
            ["no role"] = (authority.Token(token => token.Claims.Remove("roles")), Role.Anyone, "403 forbidden"),
            ["another audience"] = (authority.Token(token => token.Audience = "api://another"), Role.Anyone, "401 unauthorized"),
        };
        foreach (var role in new[] { Role.Viewer, Role.Operator, Role.Admin })
            tokens[$"{role}"] = (authority.Token(token => token.Claims["roles"] = new[] { $"Orchestrator.{role}" }), role, "403 forbidden");

        authority.IsUp = false;
        Assert.Equal((503, "identity_unavailable"), await SendAsync(app, HttpMethod.Get, "api/tasks", key: null, tokens["Admin"].Token));
        authority.IsUp = true;
        await Eventually.ValueAsync(() => SendAsync(app, HttpMethod.Get, "api/tasks", key: null, tokens["Admin"].Token), answer => answer.Status == 200, "the authority is asked again");

        var wrong = new List<string>();
        foreach (var route in RouteTable.Routes.Where(route => route.Role != Role.Anyone))
        {
            foreach (var (name, (token, role, otherwise)) in tokens)
            {
                var (status, code) = await SendAsync(app, new HttpMethod(route.Method), $"api/{Fill(route.Template)}", key: null, token);
                var found = status is 401 || code == "forbidden" ? $"{status} {code}" : "in";
                if (found != (role >= route.Role ? "in" : otherwise))
                    wrong.Add($"{route.Method} {route.Template} with token '{name}': {found}");
            }
        }

        Assert.Equal([], wrong);
    }

    [Fact]
    public async Task Start_OthersCouldReachTheAppAndThereIsNoKey_RefusedBeforeItListens()
    {
        var refused = await Assert.ThrowsAsync<UnguardedAddressException>(() =>
            WholeApp.StartAsync(azurite, azurite.UniqueName(), "Normal", new TestAgent.Script(), "--Embedded:Http:Address=0.0.0.0"));

        Assert.StartsWith("Embedded:Http:Address is 0.0.0.0, where others can reach the app, but there is no API key.", refused.Message, StringComparison.Ordinal);
    }

    private static string Fill(string template) => Values.Aggregate(template, (text, value) => text.Replace(value.Key, value.Value, StringComparison.Ordinal));

    private static async Task<string> RevokedAsync(WholeApp app)
    {
        var (id, key) = await CreateAsync(app, Role.Admin);
        Assert.Equal((200, null), await SendAsync(app, HttpMethod.Get, "api/keys", key));
        Assert.Equal((200, null), await SendAsync(app, HttpMethod.Delete, $"api/keys/{id}", FirstKey));
        return key;
    }

    private static async Task<(string Id, string Key)> CreateAsync(WholeApp app, Role role)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/keys") { Content = JsonContent.Create(new { name = $"a test's {role}", role = $"{role}" }) };
        request.Headers.Add(CallerIdentifier.KeyHeader, FirstKey);
        using var answer = await app.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var created = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (created.GetProperty("id").GetString()!, created.GetProperty("key").GetString()!);
    }

    private static async Task<(int Status, string? Code)> SendAsync(WholeApp app, HttpMethod method, string address, string? key, string? token = null)
    {
        using var request = new HttpRequestMessage(method, address);
        if (method == HttpMethod.Post || method == HttpMethod.Put)
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        if (key is not null)
            request.Headers.Add(CallerIdentifier.KeyHeader, key);
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        using var answer = await app.Http.SendAsync(request);
        var isProblem = answer.Content.Headers.ContentType?.MediaType == "application/problem+json";
        return ((int)answer.StatusCode, isProblem ? (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString() : null);
    }
}
