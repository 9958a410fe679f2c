using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Embedded.DurableTask.Crash.Tests.Apps;

/// <summary>The sample app's routes.</summary>
internal static class SampleApi
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);

    /// <summary>Starts an instance.</summary>
    /// <returns>False when there is one of this id: an earlier try has started it.</returns>
    public static async Task<bool> StartAsync(this HttpClient http, string orchestrator, string id, object input)
    {
        using var answer = await http.PostAsJsonAsync($"api/instances/{orchestrator}/{id}", input);
        return IsAccepted(answer);
    }

    /// <summary>Waits until an instance has ended.</summary>
    public static Task<Instance> EndAsync(this HttpClient http, string id) => GetAsync<Instance>(http, $"api/instances/{id}");

    /// <summary>The instance as it is now.</summary>
    public static Task<Instance> NowAsync(this HttpClient http, string id) => GetAsync<Instance>(http, $"api/instances/{id}?now");

    /// <summary>All instances, ordered by id.</summary>
    public static Task<List<Instance>> ListAsync(this HttpClient http) => GetAsync<List<Instance>>(http, "api/instances");

    /// <summary>The sum of an account.</summary>
    public static Task<int> SumAsync(this HttpClient http, string account) => GetAsync<int>(http, $"api/accounts/{account}");

    /// <summary>Raises an event.</summary>
    /// <returns>False when the instance took none: it has ended.</returns>
    public static async Task<bool> RaiseAsync(this HttpClient http, string id, string name, object value)
    {
        using var answer = await http.PostAsJsonAsync($"api/instances/{id}/events/{name}", value);
        return IsAccepted(answer);
    }

    private static bool IsAccepted(HttpResponseMessage answer) =>
        answer.StatusCode != HttpStatusCode.Conflict && answer.EnsureSuccessStatusCode().IsSuccessStatusCode;

    private static async Task<T> GetAsync<T>(HttpClient http, string address) =>
        await http.GetFromJsonAsync<T>(address, _json) ?? throw new InvalidDataException($"{address} answered null.");
}

/// <summary>An instance as the app shows it.</summary>
internal sealed record Instance(string Id, string Status, string? Output)
{
    public bool IsOver => Status is "Completed" or "Failed" or "Terminated";
}
