using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Configuration;
using Orchestrator.Functions.Http;
using Orchestrator.Functions.Logging;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Functions.Tests.Http;

public sealed class LoggingFunctionsTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly MemoryLogLevels _store = new();
    private readonly LogLevels _levels;
    private readonly LogLevelKeeper _keeper;
    private readonly LoggingFunctions _functions;

    public LoggingFunctionsTests()
    {
        _levels = new LogLevels(_time);
        _keeper = new LogLevelKeeper(_store, _levels, _time, NullLogger<LogLevelKeeper>.Instance);
        var filters = new LoggerFilterOptions { Rules = { new LoggerFilterRule(null, null, LogLevel.Warning, null), new LoggerFilterRule(null, "Azure", LogLevel.Error, null), new LoggerFilterRule("Console", "X", LogLevel.Error, null) } };
        _functions = new LoggingFunctions(_levels, _keeper, TestOptions.Of(filters), TestOptions.Of(new HttpOptions()), _time);
    }

    public void Dispose()
    {
        _keeper.Dispose();
        _levels.Dispose();
    }

    [Fact]
    public async Task SetLogLevel_ForAWhile_IsKeptForAllAndShownBesideThoseOfTheSettings()
    {
        var answer = await SetAsync("Orchestrator.Functions", """{"level":"debug","for":"PT30M"}""");

        var until = _time.GetUtcNow() + TimeSpan.FromMinutes(30);
        Assert.Equal(
            [new("Azure", "Error", null, false), new("Orchestrator.Functions", "Debug", until, true), new LogLevelView("default", "Warning", null, false)],
            answer);
        Assert.Equal([new LevelOverride("Orchestrator.Functions", "Debug", until)], _store.Levels.Values);
    }

    [Fact]
    public async Task SetLogLevel_OfDefault_StandsInPlaceOfThatOfTheSettings_UntilItIsReset()
    {
        Assert.Equal([new("Azure", "Error", null, false), new LogLevelView("default", "Trace", null, true)], await SetAsync("default", """{"level":"Trace"}"""));

        var answer = Assert.IsType<JsonAnswer<LogLevelsView>>(await _functions.ResetLogLevel(new DefaultHttpContext().Request, "default", CancellationToken.None));

        Assert.Equal([new("Azure", "Error", null, false), new LogLevelView("default", "Warning", null, false)], answer.Value.Levels);
        Assert.Empty(_store.Levels);
    }

    [Theory]
    [InlineData("X", "{", "invalid_json", "")]
    [InlineData("X", "[]", "invalid_log_level", "")]
    [InlineData("X", "{}", "invalid_log_level", "/level")]
    [InlineData("X", """{"level":"1"}""", "invalid_log_level", "/level")]
    [InlineData("X", """{"level":"Debug","until":"x"}""", "invalid_log_level", "/until")]
    [InlineData("X", """{"level":"Debug","for":"PT0S"}""", "invalid_log_level", "/for")]
    [InlineData("X", """{"level":"Debug","for":"P8D"}""", "invalid_log_level", "/for")]
    [InlineData("X\nY", """{"level":"Debug"}""", "invalid_log_level", "")]
    [InlineData("X/Y", """{"level":"Debug"}""", "invalid_log_level", "")]
    public async Task SetLogLevel_AtFault_IsRefusedAndNothingChanges(string category, string body, string code, string pointer)
    {
        var problem = await Assert.ThrowsAsync<ProblemException>(() => SetAsync(category, body));

        Assert.Equal((code, pointer), (problem.Problem.Code, problem.Problem.Errors![0].Pointer));
        Assert.Empty(_store.Levels);
    }

    private async Task<IReadOnlyList<LogLevelView>> SetAsync(string category, string body)
    {
        var request = new DefaultHttpContext { Request = { Body = new MemoryStream(Encoding.UTF8.GetBytes(body)) } }.Request;
        IActionResult answer = await _functions.SetLogLevel(request, category, CancellationToken.None);
        return Assert.IsType<JsonAnswer<LogLevelsView>>(answer).Value.Levels;
    }
}
