using Embedded.Functions.Extensibility;
using Embedded.Functions.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

namespace Embedded.Functions.Tests.Discovery;

public sealed class BindingFaultTests
{
    public static TheoryData<Type, string> Faults => new()
    {
        { typeof(NoTrigger), "it has no trigger. Put one, such as [HttpTrigger], on a parameter." },
        { typeof(TwoTriggers), "it has 2 triggers (httpTrigger, timerTrigger), but a function has exactly one." },
        { typeof(NotPublic), "NotPublic.Run is not public, and the real platform finds public methods of public classes only." },
        { typeof(Abstract), "Abstract is abstract, so nothing can be made of it." },
        { typeof(TwoOutputs), "its method has several output bindings. Return a class with a property for each." },
        { typeof(ByReference), "the parameter 'id' (String&) is passed by reference." },
        { typeof(BadConstraintArgument), "its route 'api/x/{id:length(a)}' names the constraint 'length(a)', which cannot be made: " },
        { typeof(AsyncVoid), "it is async void, so nobody could wait for it. Return Task." },
        { typeof(Generic), "Generic.Run is generic." },
        { typeof(UnknownTrigger), "no extension of this host handles its trigger 'oddTrigger'." },
        { typeof(UnknownInput), "the parameter 'odd' (String) has the attribute [OddInput], which no extension of this host handles." },
        { typeof(MvcAttribute), "the parameter 'name' (String) has the attribute [FromQuery], which no extension of this host handles." },
        { typeof(Service), "the parameter 'client' (HttpClient) is of a type that nothing fills; take services through the constructor of the class." },
        { typeof(NoRouteValue), "the parameter 'id' (String) is neither a value of its trigger nor optional." },
        { typeof(BodyOfATimer), "the parameter 'body' (String) has [FromBody], but the function has no HTTP trigger." },
        { typeof(HttpOfText), "its trigger parameter 'body' is of type String; an HTTP trigger gives a Microsoft.AspNetCore.Http.HttpRequest." },
        { typeof(BadRoute), "its route 'api/x/{' cannot be read: There is an incomplete parameter in the route template. Check that each '{' character has a matching '}' character." },
        { typeof(BadConstraint), "its route 'api/x/{id:odd}' names the constraint 'odd', which is none of ASP.NET Core's." },
        { typeof(BadCron), "its schedule '61 * * * *' cannot be read: 61 is higher than the maximum allowable value for the [Minute] field. Value must be between 0 and 59 (all inclusive)." },
        { typeof(MissingSetting), "its schedule '%Nowhere%' names the setting 'Nowhere', which is not there." },
        { typeof(TimerOfText), "its trigger parameter 'timer' is of type String; a timer trigger gives a TimerInfo." },
        { typeof(BadQueue), "its queue name 'No_Queue' is none: 3 to 63 lower-case letters, digits and single hyphens between them." },
        { typeof(MissingConnection), "its connection names the setting 'Elsewhere', which is not there." },
        { typeof(QueueOfStream), "its trigger parameter 'message' is of type Stream; a queue trigger gives string, BinaryData, byte[] or a class read from JSON." },
        { typeof(OutputOfNothing), "its method has the output binding 'queue' but returns nothing." },
        { typeof(ResultOfATimer), "the property 'Answer' has [HttpResult], but the function has no HTTP trigger." },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Start_WithAFunctionThatCannotBeBound_NamesItAndTheReason(Type functions, string reason)
    {
        var fault = await Assert.ThrowsAsync<FunctionBindingException>(() => TestApp.StartAsync(functions));

        Assert.Equal("F", fault.FunctionName);
        // A reason that ends in a colon goes on with the framework's own words.
        Assert.Equal(reason, reason.EndsWith(": ", StringComparison.Ordinal) ? fault.Reason[..reason.Length] : fault.Reason);
        Assert.Equal($"The function 'F' cannot be bound: {fault.Reason}", fault.Message);
    }

    [Fact]
    public async Task Start_WithSeveralFaults_TellsAllOfThem()
    {
        var fault = await Assert.ThrowsAsync<HostStartException>(() => TestApp.StartAsync(typeof(Duplicates), typeof(Unbound)));

        Assert.Equal(
            string.Join(Environment.NewLine,
                "The function 'g' cannot be bound: the name is used twice: by Duplicates.One and by Duplicates.Two. Give each function a name of its own.",
                "The function 'H' cannot be bound: it has no trigger. Put one, such as [HttpTrigger], on a parameter."),
            string.Join(Environment.NewLine, fault.Message.Split(Environment.NewLine).Order(StringComparer.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task Start_WithAConnectionStringThatIsNone_SaysSo()
    {
        var fault = await Assert.ThrowsAsync<FunctionBindingException>(() => TestApp.StartAsync(new TestAppOptions
        {
            Functions = [typeof(GoodQueue)],
            Settings = new Dictionary<string, string?> { ["AzureWebJobsStorage"] = "nonsense" },
        }));

        Assert.StartsWith("its connection string cannot be read: ", fault.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("nonsense", fault.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithTwoFunctionsOfOneRoute_NamesBoth()
    {
        var fault = await Assert.ThrowsAsync<FunctionBindingException>(() => TestApp.StartAsync(typeof(SameRoutes)));

        Assert.Equal("its route 'api/things/{other}' answers the same requests as that of 'F1'.", fault.Reason);
    }

    [Fact]
    public async Task Start_WithAnHttpFunctionButNoWebApplication_SaysWhatToCall()
    {
        var fault = await Assert.ThrowsAsync<FunctionBindingException>(() => TestApp.StartAsync(
            new TestAppOptions { Functions = [typeof(BadRoute)], UsesHttp = false }));

        Assert.Equal("it has an HTTP trigger, but Program.cs does not call ConfigureFunctionsWebApplication().", fault.Reason);
    }

    [AttributeUsage(AttributeTargets.Parameter)]
    public sealed class OddTriggerAttribute : TriggerBindingAttribute;

    [AttributeUsage(AttributeTargets.Parameter)]
    public sealed class OddInputAttribute : InputBindingAttribute;

    public static class NoTrigger
    {
        [Function("F")]
        public static void Run(FunctionContext context)
        {
        }
    }

    public static class Unbound
    {
        [Function("H")]
        public static void Run(FunctionContext context)
        {
        }
    }

    public static class TwoTriggers
    {
        [Function("F")]
        public static void Run([HttpTrigger] HttpRequest request, [TimerTrigger("0 * * * *")] TimerInfo timer)
        {
        }
    }

    public static class NotPublic
    {
        [Function("F")]
        internal static void Run([HttpTrigger] HttpRequest request)
        {
        }
    }

    public abstract class Abstract
    {
        [Function("F")]
        public void Run([HttpTrigger] HttpRequest request)
        {
        }
    }

    [AttributeUsage(AttributeTargets.Method)]
    public sealed class OddOutputAttribute : OutputBindingAttribute;

    public static class TwoOutputs
    {
        [Function("F")]
        [QueueOutput("queue")]
        [OddOutput]
        public static string Run([HttpTrigger] HttpRequest request) => "";
    }

    public static class ByReference
    {
        [Function("F")]
        public static void Run([HttpTrigger] HttpRequest request, ref string id) => id = "";
    }

    public static class BadConstraintArgument
    {
        [Function("F")]
        public static void Run([HttpTrigger(Route = "x/{id:length(a)}")] HttpRequest request)
        {
        }
    }

    public static class AsyncVoid
    {
        [Function("F")]
        [System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "MA0155", Justification = "The fault under test.")]
        public static async void Run([HttpTrigger] HttpRequest request) => await Task.Yield();
    }

    public static class Generic
    {
        [Function("F")]
        public static void Run<T>([HttpTrigger] HttpRequest request)
        {
        }
    }

    public static class UnknownTrigger
    {
        [Function("F")]
        public static void Run([OddTrigger] string value)
        {
        }
    }

    public static class UnknownInput
    {
        [Function("F")]
        public static void Run([HttpTrigger] HttpRequest request, [OddInput] string odd)
        {
        }
    }

    public static class MvcAttribute
    {
        [Function("F")]
        public static void Run([HttpTrigger] HttpRequest request, [FromQuery] string name)
        {
        }
    }

    public static class Service
    {
        [Function("F")]
        public static void Run([HttpTrigger] HttpRequest request, HttpClient client)
        {
        }
    }

    public static class NoRouteValue
    {
        [Function("F")]
        public static void Run([HttpTrigger(Route = "things/{name}")] HttpRequest request, string id)
        {
        }
    }

    public static class BodyOfATimer
    {
        [Function("F")]
        public static void Run([TimerTrigger("0 * * * *")] TimerInfo timer, [FromBody] string body)
        {
        }
    }

    public static class HttpOfText
    {
        [Function("F")]
        public static void Run([HttpTrigger] string body)
        {
        }
    }

    public static class BadRoute
    {
        [Function("F")]
        public static void Run([HttpTrigger(Route = "x/{")] HttpRequest request)
        {
        }
    }

    public static class BadConstraint
    {
        [Function("F")]
        public static void Run([HttpTrigger(Route = "x/{id:odd}")] HttpRequest request)
        {
        }
    }

    public static class BadCron
    {
        [Function("F")]
        public static void Run([TimerTrigger("61 * * * *")] TimerInfo timer)
        {
        }
    }

    public static class MissingSetting
    {
        [Function("F")]
        public static void Run([TimerTrigger("%Nowhere%")] TimerInfo timer)
        {
        }
    }

    public static class TimerOfText
    {
        [Function("F")]
        public static void Run([TimerTrigger("0 * * * *")] string timer)
        {
        }
    }

    public static class BadQueue
    {
        [Function("F")]
        public static void Run([QueueTrigger("No_Queue")] string message)
        {
        }
    }

    public static class GoodQueue
    {
        [Function("F")]
        public static void Run([QueueTrigger("queue")] string message)
        {
        }
    }

    public static class MissingConnection
    {
        [Function("F")]
        public static void Run([QueueTrigger("queue", Connection = "Elsewhere")] string message)
        {
        }
    }

    public static class QueueOfStream
    {
        [Function("F")]
        public static void Run([QueueTrigger("queue")] Stream message)
        {
        }
    }

    public static class OutputOfNothing
    {
        [Function("F")]
        [QueueOutput("queue")]
        public static void Run([HttpTrigger] HttpRequest request)
        {
        }
    }

    public sealed record WithAnswer([property: HttpResult] IActionResult Answer);

    public static class ResultOfATimer
    {
        [Function("F")]
        public static WithAnswer Run([TimerTrigger("0 * * * *")] TimerInfo timer) => new(new OkResult());
    }

    public static class Duplicates
    {
        [Function("G")]
        public static void One([HttpTrigger] HttpRequest request)
        {
        }

        [Function("g")]
        public static void Two([HttpTrigger] HttpRequest request)
        {
        }
    }

    public static class SameRoutes
    {
        [Function("F1")]
        public static void One([HttpTrigger("get", "post", Route = "things/{id}")] HttpRequest request)
        {
        }

        [Function("F2")]
        public static void Two([HttpTrigger("post", Route = "things/{other}")] HttpRequest request)
        {
        }
    }
}
