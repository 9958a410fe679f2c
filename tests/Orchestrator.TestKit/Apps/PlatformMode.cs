namespace Orchestrator.TestKit.Apps;

/// <summary>How the embedded platform is to be. What holds in one mode has to hold in the other.</summary>
public enum PlatformMode
{
    /// <summary>As it is for users.</summary>
    Normal,

    /// <summary>As unkind as the real platform can be, at random.</summary>
    Hostile,
}
