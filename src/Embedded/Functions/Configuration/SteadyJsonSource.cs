using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;

namespace Embedded.Functions.Configuration;

/// <summary>A JSON file of settings that keeps what it said when it is changed into something that is not JSON, such as by an editor half way through.</summary>
internal sealed class SteadyJsonSource(FileReloads reloads) : JsonConfigurationSource
{
    public override IConfigurationProvider Build(IConfigurationBuilder builder)
    {
        EnsureDefaults(builder);
        return new Provider(this, reloads);
    }

    private sealed class Provider(SteadyJsonSource source, FileReloads reloads) : JsonConfigurationProvider(source)
    {
        private bool _isLoaded;

        public override void Load(Stream stream)
        {
            var before = Data;
            try
            {
                base.Load(stream);
                _isLoaded = true;
            }
            catch (Exception fault) when (_isLoaded && fault is FormatException or JsonException)
            {
                Data = before;
                reloads.Failed($"{Source.Path}: {fault.InnerException?.Message ?? fault.Message}");
            }
        }
    }
}
