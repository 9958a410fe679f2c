namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// The key a caller needs on the real platform. The embedded host listens on loopback and asks for none, whatever the level:
/// a function that must know its callers looks at them itself.
/// </summary>
public enum AuthorizationLevel
{
    Anonymous = 0,
    User = 1,
    Function = 2,
    System = 3,
    Admin = 4,
}
