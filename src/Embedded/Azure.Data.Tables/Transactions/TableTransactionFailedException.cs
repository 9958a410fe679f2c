using System.Globalization;

namespace Azure.Data.Tables;

/// <summary>A transaction was refused as a whole because of one of its actions.</summary>
public class TableTransactionFailedException : RequestFailedException
{
    internal const string FailedActionKey = "FailedEntity";

    public TableTransactionFailedException(RequestFailedException requestFailedException)
        : base(
            requestFailedException.Status,
            $"{requestFailedException.Message}{Environment.NewLine}The action that failed is the one at {nameof(FailedTransactionActionIndex)}.",
            requestFailedException.ErrorCode,
            requestFailedException.InnerException)
    {
        if (requestFailedException.Data[FailedActionKey] is string index)
            FailedTransactionActionIndex = int.Parse(index, CultureInfo.InvariantCulture);
    }

    /// <summary>Position of the action that failed among those submitted, from 0; null where the service did not name it.</summary>
    public int? FailedTransactionActionIndex { get; }
}
