using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Orchestrator.Access;
using Orchestrator.Functions.Access;
using Orchestrator.Functions.Routing;
using Orchestrator.Functions.Tests.Apps;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.TestKit.Storage;

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

    private static async Task<(int Status, string? Code)> SendAsync(WholeApp app, HttpMethod method, string address, string? key)
    {
        using var request = new HttpRequestMessage(method, address);
        if (method == HttpMethod.Post || method == HttpMethod.Put)
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        if (key is not null)
            request.Headers.Add(CallerIdentifier.KeyHeader, key);
        using var answer = await app.Http.SendAsync(request);
        var isProblem = answer.Content.Headers.ContentType?.MediaType == "application/problem+json";
        return ((int)answer.StatusCode, isProblem ? (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString() : null);
    }
}
