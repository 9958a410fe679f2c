namespace Orchestrator.Functions.Access;

/// <summary>Callers with a bearer token of Entra ID. Without a tenant there are none.</summary>
internal sealed class EntraOptions
{
    /// <summary>Where these stand in the configuration.</summary>
    public const string SectionName = AccessOptions.SectionName + ":Entra";

    /// <summary>The directory whose tokens are taken, a GUID; without it no tokens are.</summary>
    public string? TenantId { get; set; }

    /// <summary>Whom a token must be for: the application (client) id of the app's registration, or its id URI such as <c>api://orchestrator</c>.</summary>
    public string? Audience { get; set; }

    /// <summary>
    /// Who issues tokens, https. Not set: <c>https://login.microsoftonline.com/{TenantId}/v2.0</c>. Another for national clouds; http only on loopback, for
    /// tests.
    /// </summary>
    public Uri? Authority { get; set; }

    /// <summary>How long asking the authority for its keys may take, 1 s to 30 s.</summary>
    public TimeSpan MetadataTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether any of it is set.</summary>
    public bool IsSet => !string.IsNullOrEmpty(TenantId) || !string.IsNullOrEmpty(Audience) || Authority is not null;

    /// <summary>Every fault, with key, value and rule.</summary>
    public IEnumerable<string> FindFaults()
    {
        if (!IsSet)
            yield break;
        if (!Guid.TryParseExact(TenantId, "D", out _))
            yield return $"{SectionName}:TenantId is '{TenantId}'; it must be the directory's id, such as 01234567-89ab-cdef-0123-456789abcdef.";
        if (string.IsNullOrWhiteSpace(Audience))
            yield return $"{SectionName}:Audience is '{Audience}'; it must be the application id, or the id URI, of the app's registration.";
        if (Authority is not null && !(Authority.IsAbsoluteUri && (Authority.Scheme == Uri.UriSchemeHttps || (Authority.Scheme == Uri.UriSchemeHttp && Authority.IsLoopback))))
            yield return $"{SectionName}:Authority is '{Authority}'; it must be an https address.";
        if (MetadataTimeout < TimeSpan.FromSeconds(1) || MetadataTimeout > TimeSpan.FromSeconds(30))
            yield return $"{SectionName}:MetadataTimeout is '{MetadataTimeout}'; it must be 00:00:01 to 00:00:30.";
    }
}
