using System.Globalization;
using Xunit.Abstractions;

namespace Embedded.DurableTask.Tests.Simulation;

/// <summary>The whole hub under storage faults, crashes, freezes and rivals, seed by seed.</summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const string FullVariable = "ORCHESTRATOR_TESTS_FULL";
    private const string SeedVariable = "ORCHESTRATOR_SIMULATION_SEED";
    private const int SeedsOfTheGate = 500;
    private const int SeedsInFull = 2000;

    /// <summary>With a seed in the environment it runs that one only, and writes down all that happens.</summary>
    [Fact]
    public void Seeds_WhateverGoesWrong_LoseAndDoubleNothing()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), CultureInfo.InvariantCulture, out var seed))
        {
            output.WriteLine($"{SimulatedRun.Run(new SimulationOptions { Seed = seed, Trace = output.WriteLine })}");
            return;
        }

        var seeds = Environment.GetEnvironmentVariable(FullVariable) == "1" ? SeedsInFull : SeedsOfTheGate;
        var reports = Enumerable.Range(1, seeds).Select(s => SimulatedRun.Run(new SimulationOptions { Seed = s })).ToList();

        // A simulation in which nothing happens proves nothing.
        Assert.All(reports, r => Assert.True(r.Answered > 0 && r.Completed > 0, $"Seed {r.Seed} has done nothing: {r}"));
        output.WriteLine($"{seeds} seeds: {reports.Sum(r => r.Answered)} answers, {reports.Sum(r => r.Completed)} completed, {reports.Sum(r => r.Checkpoints)} checkpoints, {reports.Sum(r => r.Epochs)} owners.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(42)]
    public void Seed_RunTwice_DoesTheSame(int seed)
    {
        var options = new SimulationOptions { Seed = seed };

        Assert.Equal(SimulatedRun.Run(options), SimulatedRun.Run(options));
    }
}
