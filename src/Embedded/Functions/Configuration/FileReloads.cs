namespace Embedded.Functions.Configuration;

/// <summary>Tells of files of settings that were changed into something that cannot be read. What they said before stays in force.</summary>
internal sealed class FileReloads
{
    private volatile Action<string>? _listener;

    /// <summary>Has faults told from now on; one listener at a time.</summary>
    public void Tell(Action<string> listener) => _listener = listener;

    public void Failed(string fault) => _listener?.Invoke(fault);
}
