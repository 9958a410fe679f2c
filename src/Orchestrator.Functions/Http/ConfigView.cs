namespace Orchestrator.Functions.Http;

/// <summary>A setting as it is in force.</summary>
/// <param name="Key">Where it stands.</param>
/// <param name="Value">As text, masked if it is a secret; null: not set, and there is no default.</param>
/// <param name="Default">What holds where nobody sets it; null: nothing.</param>
/// <param name="Source">The layer that it comes from; null: it is the default.</param>
/// <param name="Live">Whether a change is heeded while the app runs.</param>
/// <param name="Secret">Whether its value is masked.</param>
internal sealed record SettingView(string Key, string? Value, string? Default, string? Source, bool Live, bool Secret);

/// <summary>A key that is set and does nothing.</summary>
/// <param name="Key">As it is written.</param>
/// <param name="Nearest">The setting that is most like it; null when none is.</param>
internal sealed record UnknownSettingView(string Key, string? Nearest);

/// <summary>What the app is told.</summary>
/// <param name="Settings">The app's own settings.</param>
/// <param name="Host">What it shares with the host: account, telemetry, levels of the log, <c>host.json</c>.</param>
/// <param name="Unknown">Keys that are set and do nothing.</param>
internal sealed record ConfigView(IReadOnlyList<SettingView> Settings, IReadOnlyList<SettingView> Host, IReadOnlyList<UnknownSettingView> Unknown);
