namespace Orchestrator.Tasks;

/// <summary>What reading a submission came to.</summary>
public abstract record SubmissionReading
{
    private SubmissionReading()
    {
    }

    /// <summary>It can be submitted.</summary>
    public sealed record Accepted(TaskSubmission Submission) : SubmissionReading;

    /// <summary>It is not JSON that we read.</summary>
    /// <param name="Reason">What is wrong and where, as a sentence.</param>
    public sealed record NotJson(string Reason) : SubmissionReading;

    /// <summary>It is JSON, but no submission of a known task type; every fault is named.</summary>
    public sealed record Refused(IReadOnlyList<Fault> Faults) : SubmissionReading;
}
