namespace Azure.Data.Tables.Requests;

/// <summary>The answer to a question for something that is not there.</summary>
internal sealed class NoValueResponse<T>(Response answer) : NullableResponse<T>
{
    public override bool HasValue => false;

    public override T? Value => throw new InvalidOperationException($"There is no value: the service answered {answer.Status} {answer.ReasonPhrase}. Look at HasValue first.");

    public override Response GetRawResponse() => answer;
}
