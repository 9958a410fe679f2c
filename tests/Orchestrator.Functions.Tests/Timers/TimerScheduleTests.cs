using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Orchestrator.Functions.Timers;

namespace Orchestrator.Functions.Tests.Timers;

public sealed class TimerScheduleTests
{
    public static TheoryData<string, string, bool> Timers()
    {
        var timers = new TheoryData<string, string, bool>();
        foreach (var method in typeof(LateTimers).Assembly.GetTypes().SelectMany(type => type.GetMethods()))
        {
            if (method.GetParameters().Select(parameter => parameter.GetCustomAttribute<TimerTriggerAttribute>()).FirstOrDefault(trigger => trigger is not null) is { } trigger)
                timers.Add(method.Name, trigger.Schedule, trigger.UseMonitor);
        }

        return timers;
    }

    [Theory]
    [MemberData(nameof(Timers))]
    public void Timer_RunsLessThanOnceAMinute_AccountIsKeptOfIt(string timer, string schedule, bool isMonitored)
    {
        var runsEveryMinute = schedule.Split(' ')[1] == "*";

        Assert.True(runsEveryMinute || isMonitored, $"{timer} runs seldom, and nobody would learn that it was late.");
    }
}
