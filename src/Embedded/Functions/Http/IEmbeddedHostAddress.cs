namespace Embedded.Functions.Http;

/// <summary>Tells where the host serves HTTP functions. A singleton.</summary>
public interface IEmbeddedHostAddress
{
    /// <summary>Scheme, address and the port that was really bound; null before the start and where there are no HTTP functions.</summary>
    Uri? BaseAddress { get; }
}
