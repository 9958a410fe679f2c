using System.Net.Http.Headers;

namespace Orchestrator.Cli.Api;

/// <summary>Makes the HTTP clients that call a running app. They use no proxy and follow no redirect, so a key or token goes to the address that was named and to no other.</summary>
internal static class AppClient
{
    private const string KeyHeader = "X-Api-Key";

    /// <param name="timeout">How long a call may take.</param>
    public static HttpClient Create(AppAccess access, TimeSpan timeout)
    {
        var direct = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        var http = new HttpClient(new RedirectRefusal { InnerHandler = direct }) { BaseAddress = access.Address, Timeout = timeout };
        if (access.Key is not null)
            http.DefaultRequestHeaders.Add(KeyHeader, access.Key);
        else if (access.Token is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", access.Token);
        return http;
    }

    /// <summary>Says where an address leads instead of going there.</summary>
    private sealed class RedirectRefusal : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
                return response;

            using (response)
            {
                var target = response.Headers.Location is { } location ? new Uri(request.RequestUri!, location).GetLeftPart(UriPartial.Path) : "an address that it does not name";
                throw new CommandException($"{request.RequestUri!.GetLeftPart(UriPartial.Path)} redirects to {target}. Redirects are not followed, as the key or token would go along: if the app is there, name it with --url.");
            }
        }
    }
}
