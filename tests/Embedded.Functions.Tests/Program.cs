using Embedded.Functions.Discovery;
using Embedded.Functions.Tests.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

// A function app like any other, for the tests that need a process; the first argument names the class of its functions.
var builder = new FunctionsApplicationBuilder(args[1..], new FunctionSource([typeof(ProcessFunctions).Assembly.GetType(args[0], throwOnError: true)!]));
builder.ConfigureFunctionsWebApplication();
builder.Build().Run();
