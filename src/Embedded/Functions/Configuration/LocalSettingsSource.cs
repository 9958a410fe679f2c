using Embedded.Functions.Extensibility;
using Microsoft.Extensions.Configuration;

namespace Embedded.Functions.Configuration;

/// <summary><c>local.settings.json</c> as a layer of the configuration. Keeps what it said when it is changed into something that cannot be read.</summary>
internal sealed class LocalSettingsSource(FileReloads reloads) : FileConfigurationSource
{
    public override IConfigurationProvider Build(IConfigurationBuilder builder)
    {
        EnsureDefaults(builder);
        return new Provider(this, reloads);
    }

    private sealed class Provider(LocalSettingsSource source, FileReloads reloads) : FileConfigurationProvider(source)
    {
        private bool _isLoaded;

        public override void Load(Stream stream)
        {
            try
            {
                Data = LocalSettings.Read(stream, Source.Path!);
                _isLoaded = true;
            }
            catch (HostStartException fault) when (_isLoaded)
            {
                reloads.Failed(fault.Message);
            }
        }
    }
}
