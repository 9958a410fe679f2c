namespace Orchestrator.Infra.Tests.Publishing;

/// <summary>The check of the published app rejects each way in which one could be broken. <c>.ci/run</c> and the build workflow run it on real ones.</summary>
public sealed class CheckPublishTests : IDisposable
{
    private readonly PublishedFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Check_WhatIsAsItShouldBe_SaysNothing() => Assert.Equal(("", 0), _folder.Check());

    [Theory]
    [InlineData("Orchestrator.Functions.dll", "Orchestrator.Functions.dll is not there, or is empty: the app itself")]
    [InlineData("Orchestrator.Functions.deps.json", "Orchestrator.Functions.deps.json is not there, or is empty: the assemblies that the app needs")]
    [InlineData("Orchestrator.Functions.runtimeconfig.json", "Orchestrator.Functions.runtimeconfig.json is not there, or is empty: the version of .NET that the app needs")]
    [InlineData("Orchestrator.Storage.dll", "Orchestrator.Storage.dll is not there, or is empty: the app needs it")]
    [InlineData("host.json", "host.json is not there, or is empty: the host reads it")]
    [InlineData("functions.metadata", "functions.metadata is not there, or is empty: the host finds the functions by it")]
    [InlineData("worker.config.json", "worker.config.json is not there, or is empty: the host starts the worker by it")]
    [InlineData("extensions.json", "extensions.json is not there, or is empty: the host loads the extensions of triggers by it")]
    [InlineData(".azurefunctions", ".azurefunctions is not there: the extensions themselves. It is hidden; whatever packs the folder must take hidden files")]
    public void Check_SomethingMissing_SaysWhat(string missing, string finding) => Assert.Equal((finding, 1), _folder.Remove(missing).Check());

    [Theory]
    [InlineData("Orchestrator.Functions.runtimeconfig.json", "net10.0", "net8.0", "Orchestrator.Functions.runtimeconfig.json does not say net10.0, which is what the plan runs")]
    [InlineData("Orchestrator.Functions.runtimeconfig.json", "Microsoft.AspNetCore.App", "Microsoft.WindowsDesktop.App", "Orchestrator.Functions.runtimeconfig.json does not say Microsoft.AspNetCore.App, which the HTTP functions need")]
    [InlineData("Orchestrator.Functions.deps.json", "Orchestrator.Core/", "Orchestrator.Kernel/", "Orchestrator.Functions.deps.json does not say that the app needs Orchestrator.Core")]
    [InlineData("Orchestrator.Functions.deps.json", "\"libraries\": { ", "\"libraries\": { \"Embedded.Functions/0.1.0\": {}, ", "Orchestrator.Functions.deps.json names Embedded.Functions/0.1.0, which must not be deployed")]
    [InlineData("Orchestrator.Functions.deps.json", "\"libraries\": { ", "\"libraries\": { \"Moq/4.20.72\": {}, ", "Orchestrator.Functions.deps.json names Moq/4.20.72, which must not be deployed")]
    [InlineData("host.json", "\"2.0\"", "\"3.0\"", "host.json differs from that of the repository")]
    [InlineData("functions.metadata", "Orchestrator.Functions.dll", "Other.dll", "functions.metadata does not say that the functions are in Orchestrator.Functions.dll")]
    [InlineData("worker.config.json", "Orchestrator.Functions.dll", "Other.dll", "worker.config.json does not say that the worker is Orchestrator.Functions.dll")]
    [InlineData("extensions.json", "DurableTask", "Queues", "extensions.json does not say that Durable Functions is an extension")]
    public void Check_SomethingElseThere_SaysWhat(string file, string text, string by, string finding) => Assert.Equal((finding, 1), _folder.Replace(file, text, by).Check());

    [Theory]
    [InlineData("Embedded.DurableTask.dll")]
    [InlineData("local.settings.json")]
    [InlineData("appsettings.Development.json")]
    [InlineData("Orchestrator.Core.Tests.dll")]
    [InlineData("Orchestrator.TestKit.dll")]
    [InlineData("xunit.core.dll")]
    [InlineData("runtimes/keys/app.pfx")]
    public void Check_SomethingTooMuch_SaysWhat(string file) => Assert.Equal(($"{file} must not be deployed", 1), _folder.Write(file, "x").Check());

    [Fact]
    public void Check_SeveralFaults_SaysEach() => Assert.Equal(
        ("Orchestrator.Functions.dll is not there, or is empty: the app itself\nlocal.settings.json must not be deployed", 1),
        _folder.Write("Orchestrator.Functions.dll", "").Write("local.settings.json", "{}").Check());

    [Fact]
    public void Check_AgainstStubs_AsksForNothingOfTheRealSdk() => Assert.Equal(
        ("", 0), _folder.Remove("functions.metadata").Remove("worker.config.json").Remove("extensions.json").Remove(".azurefunctions").Check("--stubs"));
}
