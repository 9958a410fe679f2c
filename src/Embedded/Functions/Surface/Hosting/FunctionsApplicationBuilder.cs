using Embedded.Functions.Configuration;
using Embedded.Functions.Discovery;
using Embedded.Functions.Extensibility;
using Embedded.Functions.Hosting;
using Embedded.Functions.Invocation;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Builds the host of a function app.</summary>
public class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    private readonly HostApplicationBuilder _builder;
    private readonly MiddlewareList _middleware = new();
    private Func<IServiceCollection, IServiceProvider> _createProvider;
    private bool _hasBuilt;

    internal FunctionsApplicationBuilder(string[]? args, FunctionSource? source)
    {
        StartFailure.Watch();
        _builder = AppConfiguration.CreateBuilder(args ?? []);
        var validates = new ServiceProviderOptions { ValidateScopes = _builder.Environment.IsDevelopment() };
        _createProvider = services => services.BuildServiceProvider(validates);
        source ??= FunctionSource.Find(_builder.Configuration);
        _builder.Services.AddFunctionsHost(_builder.Configuration, _builder.Environment.ContentRootPath, _middleware, source);
        _builder.Services.AddSingleton<IFunctionsWorkerApplicationBuilder>(this);
        ExtensionStartups.Configure(source, this);
    }

    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)_builder).Properties;

    IConfigurationManager IHostApplicationBuilder.Configuration => Configuration;

    public ConfigurationManager Configuration => _builder.Configuration;

    public IHostEnvironment Environment => _builder.Environment;

    public ILoggingBuilder Logging => _builder.Logging;

    public IMetricsBuilder Metrics => _builder.Metrics;

    public IServiceCollection Services => _builder.Services;

    /// <exception cref="InvalidOperationException">The application has been built already.</exception>
    public IHost Build()
    {
        ThrowIfBuilt();
        _hasBuilt = true;
        var mode = HostMode.Read(_builder.Configuration);
        _builder.Services.AddSingleton(mode);
        if (mode.IsHostile)
            _builder.Services.AddSingleton(new InstanceBlueprint([.. _builder.Services], _createProvider));
        // Last of all hosted services, so that functions run only while the app's own services do.
        _builder.Services.AddHostedService<FunctionsHostService>();
        return new FunctionsHost(_builder.Build());
    }

    public void ConfigureContainer<TContainerBuilder>(IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull
    {
        _builder.ConfigureContainer(factory, configure);
        _createProvider = services =>
        {
            var container = factory.CreateBuilder(services);
            configure?.Invoke(container);
            return factory.CreateServiceProvider(container);
        };
    }

    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        ThrowIfBuilt();
        _middleware.Add(middleware);
        return this;
    }

    private void ThrowIfBuilt()
    {
        if (_hasBuilt)
            throw new InvalidOperationException("The application has already been built.");
    }
}
