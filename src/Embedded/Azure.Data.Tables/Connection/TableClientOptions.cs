using Azure.Core;

namespace Azure.Data.Tables;

/// <summary>How a client talks to the service: retries, transport, policies and diagnostics of <see cref="ClientOptions"/>, and the version of the protocol.</summary>
public class TableClientOptions : ClientOptions
{
    public TableClientOptions(ServiceVersion serviceVersion = ServiceVersion.V2020_12_06)
    {
        VersionHeader = serviceVersion switch
        {
            ServiceVersion.V2019_02_02 => "2019-02-02",
            ServiceVersion.V2020_12_06 => "2020-12-06",
            _ => throw new ArgumentOutOfRangeException(nameof(serviceVersion), serviceVersion, "Unknown service version."),
        };
        Diagnostics.LoggedQueryParameters.Add("$filter");
        Diagnostics.LoggedQueryParameters.Add("$format");
        Diagnostics.LoggedQueryParameters.Add("$select");
        Diagnostics.LoggedQueryParameters.Add("$top");
        Diagnostics.LoggedHeaderNames.Add("DataServiceVersion");
        Diagnostics.LoggedHeaderNames.Add("x-ms-request-id");
        Diagnostics.LoggedHeaderNames.Add("x-ms-version");
    }

    /// <summary>Whom a token credential's token is for; default the public cloud.</summary>
    public TableAudience? Audience { get; set; }

    internal string VersionHeader { get; }

    public enum ServiceVersion
    {
        V2019_02_02 = 1,
        V2020_12_06 = 2,
    }
}
