namespace Orchestrator.TestKit.Tables;

/// <summary>What the service refuses, with its status, code and words. Source: "Table service error codes" and answers of the service itself.</summary>
internal sealed class TableRefusal : Exception
{
    private TableRefusal(int status, string code, string message)
        : base(message)
    {
        Status = status;
        Code = code;
    }

    public int Status { get; }

    public string Code { get; }

    public static TableRefusal EntityExists() => new(409, "EntityAlreadyExists", "The specified entity already exists.");

    public static TableRefusal ResourceNotFound() => new(404, "ResourceNotFound", "The specified resource does not exist.");

    public static TableRefusal ConditionNotMet() => new(412, "UpdateConditionNotSatisfied", "The update condition specified in the request was not satisfied.");

    public static TableRefusal TableNotFound() => new(404, "TableNotFound", "The table specified does not exist.");

    public static TableRefusal TableExists() => new(409, "TableAlreadyExists", "The table specified already exists.");

    public static TableRefusal InvalidInput(string message = "One of the request inputs is not valid.") => new(400, "InvalidInput", message);

    public static TableRefusal OutOfRange(string message = "One of the request inputs is out of range.") => new(400, "OutOfRangeInput", message);

    public static TableRefusal BadRequest(string code, string message) => new(400, code, message);

    public static TableRefusal BodyTooLarge() => new(413, "RequestBodyTooLarge", "The request body is too large and exceeds the maximum permissible limit.");

    public static TableRefusal NotAuthenticated() =>
        new(403, "AuthenticationFailed", "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.");

    public static TableRefusal MissingHeader() => new(400, "MissingRequiredHeader", "An HTTP header that's mandatory for this request is not specified.");

    public static TableRefusal NotImplemented() => new(501, "NotImplemented", "The requested operation is not implemented on the specified resource.");

    public static TableRefusal MethodNotAllowed() => new(405, "UnsupportedHttpVerb", "The resource doesn't support the specified HTTP verb.");
}
