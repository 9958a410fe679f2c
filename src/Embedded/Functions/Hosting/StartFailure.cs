using Embedded.Functions.Extensibility;
using Microsoft.Extensions.Options;

namespace Embedded.Functions.Hosting;

/// <summary>
/// Ends the process with one clear line when a start fails for a reason that whoever started it can mend. <c>Program.cs</c> is
/// that of any isolated worker and catches nothing, so this is done where the runtime would print the stack trace.
/// </summary>
internal static class StartFailure
{
    public static void Watch()
    {
        // Once for the process, however many hosts it builds.
        AppDomain.CurrentDomain.UnhandledException -= OnUnhandled;
        AppDomain.CurrentDomain.UnhandledException += OnUnhandled;
    }

    /// <summary>What to tell whoever started the host; null if the fault is none that they could mend.</summary>
    public static string? Explain(object? fault) => fault switch
    {
        HostStartException start => start.Message,
        OptionsValidationException options => string.Join(Environment.NewLine, options.Failures),
        AggregateException several when several.InnerExceptions.All(inner => Explain(inner) is not null) =>
            string.Join(Environment.NewLine, several.InnerExceptions.Select(Explain)),
        _ => null,
    };

    /// <summary>That of the one fault; of several the one of settings, for they are what is to be mended first.</summary>
    private static int ExitCodeOf(object fault) => fault switch
    {
        HostStartException start => start.ExitCode,
        AggregateException several => several.InnerExceptions.Max(ExitCodeOf),
        _ => new HostSettingsException("").ExitCode,
    };

    private static void OnUnhandled(object sender, UnhandledExceptionEventArgs args)
    {
        if (Explain(args.ExceptionObject) is not { } explanation)
            return;
        Console.Out.Flush();
        Console.Error.WriteLine(explanation);
        Environment.Exit(ExitCodeOf(args.ExceptionObject));
    }
}
