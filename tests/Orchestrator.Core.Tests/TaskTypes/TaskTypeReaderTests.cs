using System.Text.Json;
using Orchestrator.Limits;
using Orchestrator.Retention;
using Orchestrator.Tasks;
using Orchestrator.TaskTypes;

namespace Orchestrator.Core.Tests.TaskTypes;

public sealed class TaskTypeReaderTests
{
    private const string Full = """
        {"name":"order.notify","description":"D","capability":"http","input":{"type":"object","required":["n"]},"output":{"type":"string"},"defaultInput":{"n":1.50},
         "retry":{"maxAttempts":7,"growth":"linear","firstDelay":"PT2S","backoff":3.5,"maxDelay":"PT1M30S","jitter":0.2,"budget":"P1D","retryableCodes":["a"],"terminalCodes":["b"]},
         "timeouts":{"start":"PT1H","attempt":"00:00:30","heartbeat":"PT10S","total":"P365D"},"priority":9,"concurrency":{"limit":10,"key":"/n","keyLimit":1},"retention":"P2W","owner":"team","tags":["x"],"maskedFields":["/card/number"]}
        """;

    [Fact]
    public void Read_EverythingGiven_IsRead()
    {
        var type = Accept(Full);

        Assert.Equal(
            ("order.notify", "D", "http", """{"type":"object","required":["n"]}""", """{"type":"string"}""", """{"n":1.50}""", 9, TaskRetention.OfAll(TimeSpan.FromDays(14)), "team", 1),
            (type.Name, type.Description, type.Capability, type.InputSchema, type.OutputSchema, type.DefaultInput, type.Priority, type.Retention, type.Owner, type.Version));
        Assert.Equal(
            new RetryPolicy
            {
                MaxAttempts = 7,
                Growth = DelayGrowth.Linear,
                FirstDelay = TimeSpan.FromSeconds(2),
                Backoff = 3.5,
                MaxDelay = TimeSpan.FromSeconds(90),
                Jitter = 0.2,
                Budget = TimeSpan.FromDays(1),
                RetryableCodes = ["a"],
                TerminalCodes = ["b"],
            },
            type.Retry);
        Assert.Equal(
            new TaskTimeouts { Start = TimeSpan.FromHours(1), Attempt = TimeSpan.FromSeconds(30), Heartbeat = TimeSpan.FromSeconds(10), Total = TimeSpan.FromDays(365) },
            type.Timeouts);
        Assert.Equal(new ConcurrencyLimit { Limit = 10, Key = "/n", KeyLimit = 1 }, type.Concurrency);
        Assert.Equal(["x"], type.Tags);
        Assert.Equal(["/card/number"], type.MaskedFields);
    }

    [Fact]
    public void Read_OnlyAName_HasDefaults()
    {
        var type = Accept("""{"name":"a","description":null,"retry":{},"timeouts":null}""");

        Assert.Equal(("a", "", "a", null, null, null, 5, null, ""), (type.Name, type.Description, type.Capability, type.InputSchema, type.OutputSchema, type.DefaultInput, type.Priority, type.Retention, type.Owner));
        Assert.Equal((RetryPolicy.Default, TaskTimeouts.Default), (type.Retry, type.Timeouts));
    }

    [Theory]
    [InlineData("""{"succeeded":"P1D","failed":"P90D"}""", """{"succeeded":"P1D","failed":"P90D","cancelled":null,"expired":null}""")]
    [InlineData("""{"succeeded":"P1D","failed":"P1D","cancelled":"P1D","expired":"P1D"}""", "\"P1D\"")]
    [InlineData("{}", "null")]
    [InlineData("null", "null")]
    public void Write_Retention_ReadAgainAndWrittenTheSame(string given, string written)
    {
        var document = TaskTypeWriter.Write(Accept($$"""{"name":"a","retention":{{given}}}"""));

        Assert.Contains($"\"retention\":{written},", document, StringComparison.Ordinal);
        Assert.Equal(document, TaskTypeWriter.Write(TaskTypeReader.ReadStored(document, "a", 1)));
    }

    [Fact]
    public void Write_WhatWasRead_IsReadAgainAndWrittenTheSame()
    {
        var document = TaskTypeWriter.Write(Accept(Full));

        Assert.Equal(
            """{"name":"order.notify","description":"D","capability":"http","input":{"type":"object","required":["n"]},"output":{"type":"string"},"defaultInput":{"n":1.50},"retry":{"maxAttempts":7,"growth":"linear","firstDelay":"PT2S","backoff":3.5,"maxDelay":"PT1M30S","jitter":0.2,"budget":"P1D","retryableCodes":["a"],"terminalCodes":["b"]},"timeouts":{"start":"PT1H","attempt":"PT30S","heartbeat":"PT10S","total":"P365D"},"priority":9,"concurrency":{"limit":10,"key":"/n","keyLimit":1},"retention":"P14D","owner":"team","tags":["x"],"maskedFields":["/card/number"]}""",
            document);
        Assert.Equal(document, TaskTypeWriter.Write(Accept(document)));
        Assert.Equal(document, TaskTypeWriter.Write(TaskTypeReader.ReadStored(document, "order.notify", 7)));
        Assert.Equal(7, TaskTypeReader.ReadStored(document, "order.notify", 7).Version);
    }

    [Fact]
    public void ReadStored_FieldsOfALaterRelease_ArePassedOver() =>
        Assert.Equal(2, TaskTypeReader.ReadStored("""{"name":"a","later":1,"retry":{"maxAttempts":2,"later":1},"timeouts":{"later":1}}""", "a", 1).Retry.MaxAttempts);

    [Fact]
    public void ReadStored_NoDefinition_SaysWhich() =>
        Assert.Equal(
            "Version 3 of task type 'a' cannot be read: /priority: It is 11; it must be a whole number from 0 to 9.",
            Assert.Throws<InvalidDataException>(() => TaskTypeReader.ReadStored("""{"priority":11}""", "a", 3)).Message);

    [Theory]
    [InlineData("[]", "", "A task type must be a JSON object, not an array.")]
    [InlineData("{}", "/name", "'name' is missing.")]
    [InlineData("""{"name":5}""", "/name", "It must be a string, not a number.")]
    [InlineData("""{"name":"A b"}""", "/name", "It must be 1 to 200 characters of a-z, 0-9, '.', '-' and '_', beginning with a letter or digit.")]
    [InlineData("""{"name":"a","capability":"/"}""", "/capability", "It must be 1 to 200 characters of a-z, 0-9, '.', '-' and '_', beginning with a letter or digit.")]
    [InlineData("""{"name":"a","colour":1}""", "/colour",
        "There is no such field. The fields are: name, description, capability, input, output, defaultInput, retry, timeouts, priority, concurrency, retention, owner, tags, maskedFields.")]
    [InlineData("""{"name":"a","version":1}""", "/version",
        "There is no such field. The fields are: name, description, capability, input, output, defaultInput, retry, timeouts, priority, concurrency, retention, owner, tags, maskedFields.")]
    [InlineData("""{"name":"a","retry":5}""", "/retry", "It must be an object, not a number.")]
    [InlineData("""{"name":"a","retry":{"maxAttempts":0}}""", "/retry/maxAttempts", "It is 0; it must be a whole number from 1 to 100.")]
    [InlineData("""{"name":"a","retry":{"backoff":0.5}}""", "/retry/backoff", "It is 0.5; it must be a number from 1 to 10.")]
    [InlineData("""{"name":"a","retry":{"jitter":"x"}}""", "/retry/jitter", "It must be a number from 0 to 1, not a string.")]
    [InlineData("""{"name":"a","retry":{"growth":"Linear"}}""", "/retry/growth", "It must be one of: exponential, linear, fixed.")]
    [InlineData("""{"name":"a","retry":{"firstDelay":"5s"}}""", "/retry/firstDelay", "It must be a duration such as PT5S, PT2M30S or P1D (or 00:00:05), without years and months.")]
    [InlineData("""{"name":"a","retry":{"firstDelay":5}}""", "/retry/firstDelay", "It must be a duration such as PT5S, not a number.")]
    [InlineData("""{"name":"a","retry":{"maxDelay":"PT25H"}}""", "/retry/maxDelay", "It is P1DT1H; it must be 0 to 1 day.")]
    [InlineData("""{"name":"a","retry":{"budget":"PT0S"}}""", "/retry/budget", "It is PT0S; it must be over 0, up to 365 days.")]
    [InlineData("""{"name":"a","retry":{"retryableCodes":["x"],"terminalCodes":["x"]}}""", "/retry/terminalCodes", "'x' is in retryableCodes too; it must be in one of them.")]
    [InlineData("""{"name":"a","retry":{"terminalCodes":["x","x"]}}""", "/retry/terminalCodes/1", "'x' stands there twice.")]
    [InlineData("""{"name":"a","retry":{"later":1}}""", "/retry/later",
        "There is no such field. The fields are: maxAttempts, growth, firstDelay, backoff, maxDelay, jitter, budget, retryableCodes, terminalCodes.")]
    [InlineData("""{"name":"a","timeouts":{"heartbeat":"PT0.5S"}}""", "/timeouts/heartbeat", "It is PT0.5S; it must be 1 s to 365 days.")]
    [InlineData("""{"name":"a","timeouts":{"attempt":"P366D"}}""", "/timeouts/attempt", "It is P366D; it must be over 0, up to 365 days.")]
    [InlineData("""{"name":"a","timeouts":{"later":1}}""", "/timeouts/later", "There is no such field. The fields are: start, attempt, heartbeat, total.")]
    [InlineData("""{"name":"a","priority":10}""", "/priority", "It is 10; it must be a whole number from 0 to 9.")]
    [InlineData("""{"name":"a","retention":{"failed":"PT59S"}}""", "/retention/failed", "It is PT59S; it must be 1 minute to 3,650 days.")]
    [InlineData("""{"name":"a","retention":{"running":"P1D"}}""", "/retention/running", "There is no such field. The fields are: succeeded, failed, cancelled, expired.")]
    [InlineData("""{"name":"a","retention":5}""", "/retention", "It must be a duration such as PT5S, not a number.")]
    [InlineData("""{"name":"a","concurrency":{"limit":0}}""", "/concurrency/limit", "It is 0; it must be a whole number from 1 to 1000.")]
    [InlineData("""{"name":"a","concurrency":{"limit":1001}}""", "/concurrency/limit", "It is 1001; it must be a whole number from 1 to 1000.")]
    [InlineData("""{"name":"a","concurrency":{"keyLimit":1}}""", "/concurrency/key", "'key' is missing: it says what 'keyLimit' counts by.")]
    [InlineData("""{"name":"a","concurrency":{"key":"/a"}}""", "/concurrency/keyLimit", "'keyLimit' is missing: it says how many tasks with the same key may be worked on at once.")]
    [InlineData("""{"name":"a","concurrency":{"key":"a","keyLimit":1}}""", "/concurrency/key", "It must be a JSON Pointer into the input, such as /customer/id.")]
    [InlineData("""{"name":"a","concurrency":{"most":1}}""", "/concurrency/most", "There is no such field. The fields are: limit, key, keyLimit.")]
    [InlineData("""{"name":"a","retention":"PT59S"}""", "/retention", "It is PT59S; it must be 1 minute to 3,650 days.")]
    [InlineData("""{"name":"a","tags":"x"}""", "/tags", "It must be an array of strings, not a string.")]
    [InlineData("""{"name":"a","tags":[""]}""", "/tags/0", "It is 0 characters long; it must be 1 to 64.")]
    [InlineData("""{"name":"a","maskedFields":["card"]}""", "/maskedFields/0", "It must be a JSON Pointer such as /card/number.")]
    [InlineData("""{"name":"a","maskedFields":["/n"],"concurrency":{"key":"/n/x","keyLimit":1}}""", "/concurrency/key", "The field is masked: all tasks would have the same key.")]
    [InlineData("""{"name":"a","maskedFields":["/*/pin"],"defaultInput":{"a":{"pin":null},"b":{"pin":"secret:x"},"c":{"pin":1}}}""", "/defaultInput/c/pin",
        "The field is masked, and a definition is stored as it is: give null or a reference such as secret:NAME.")]
    [InlineData("""{"name":"a","maskedFields":["/a~2"]}""", "/maskedFields/0", "It must be a JSON Pointer such as /card/number.")]
    [InlineData("""{"name":"a","input":5}""", "/input", "A schema must be an object or a boolean, not a number.")]
    [InlineData("""{"name":"a","output":{"properties":{"x":{"$dynamicRef":"#x"}}}}""", "/output/properties/x/$dynamicRef",
        "The keyword '$dynamicRef' is not enforced, so it is refused. What only informs may begin with 'x-'.")]
    [InlineData("""{"name":"a","input":{"properties":{"x":{"type":"integer"}}},"defaultInput":{"x":"1"}}""", "/defaultInput/x", "It must be a whole number, not a string.")]
    public void Read_OneFault_NamesIt(string json, string pointer, string message) => Assert.Equal([new Fault(pointer, message)], FindFaults(json));

    [Fact]
    public void Read_ManyFaults_NamesAll() =>
        Assert.Equal(
            ["/capability", "/input/type", "/retry/maxAttempts", "/timeouts/total", "/priority", "/x"],
            FindFaults("""{"name":"a","x":1,"priority":"high","timeouts":{"total":""},"retry":{"maxAttempts":1.5},"input":{"type":"text"},"capability":""}""").Select(fault => fault.Pointer));

    [Fact]
    public void Read_OverTheLimits_SaysHowLarge()
    {
        var faults = FindFaults($$"""{"name":"a","input":{"description":"{{new string('é', 32_768)}}"},"defaultInput":"{{new string('x', 65_535)}}","description":"{{new string('d', 2_001)}}"}""");

        Assert.Equal(
            [
                new Fault("/description", "It is 2001 characters long; it must be 0 to 2000."),
                new Fault("/input", "The schema is 65554 bytes long; at most 65536 are allowed."),
                new Fault("/defaultInput", "It is 65537 bytes long; at most 65536 are allowed."),
            ],
            faults);
    }

    [Fact]
    public void Read_NameGivenBeside_MayBeMissingAndMustNotDiffer()
    {
        Assert.Equal("a.b", Accept("""{"version":3,"source":"code","updatedAt":"x","warnings":[]}""", "a.b").Name);
        Assert.Equal("a.b", Accept("""{"name":"a.b"}""", "a.b").Name);
        Assert.Equal(
            [new Fault("/name", "It differs from the name that is written to, 'a.b'; leave it out, or give the same.")],
            FindFaults("""{"name":"a"}""", "a.b"));
        Assert.Equal(
            [new Fault("/name", "It must be 1 to 200 characters of a-z, 0-9, '.', '-' and '_', beginning with a letter or digit.")],
            FindFaults("{}", "../x"));
    }

    [Theory]
    [InlineData("PT5S", 5)]
    [InlineData("PT0.25S", 0.25)]
    [InlineData("P1DT1H1M1S", 90_061)]
    [InlineData("P2W", 1_209_600)]
    [InlineData("00:00:05", 5)]
    [InlineData("1.00:00:00.5", 86_400.5)]
    public void TryParse_Duration_IsRead(string text, double seconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1DT")]
    [InlineData("P1Y")]
    [InlineData("P1M")]
    [InlineData("-PT1S")]
    [InlineData("5")]
    [InlineData("25:00:00")]
    [InlineData("pt5s")]
    public void TryParse_NoDuration_IsRefused(string text) => Assert.False(Durations.TryParse(text, out _));

    private static TaskType Accept(string json, string? name = null)
    {
        using var document = JsonDocument.Parse(json, TaskTypeReader.JsonOptions);
        var type = TaskTypeReader.Read(document.RootElement, name, out var faults);
        Assert.Empty(faults);
        return type!;
    }

    private static IReadOnlyList<Fault> FindFaults(string json, string? name = null)
    {
        using var document = JsonDocument.Parse(json, TaskTypeReader.JsonOptions);
        Assert.Null(TaskTypeReader.Read(document.RootElement, name, out var faults));
        return faults;
    }
}
