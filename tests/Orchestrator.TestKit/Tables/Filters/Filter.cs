namespace Orchestrator.TestKit.Tables.Filters;

/// <summary>A condition on a row. A comparison with a column that the row has not, or that has another kind of value, does not hold.</summary>
internal abstract record Filter
{
    /// <param name="column">The value of a column, null where the row has none.</param>
    public abstract bool Matches(Func<string, object?> column);

    public sealed record And(Filter Left, Filter Right) : Filter
    {
        public override bool Matches(Func<string, object?> column) => Left.Matches(column) && Right.Matches(column);
    }

    public sealed record Or(Filter Left, Filter Right) : Filter
    {
        public override bool Matches(Func<string, object?> column) => Left.Matches(column) || Right.Matches(column);
    }

    public sealed record Not(Filter Inner) : Filter
    {
        public override bool Matches(Func<string, object?> column) => !Inner.Matches(column);
    }

    public sealed record Comparison(string Column, string Operator, object Value) : Filter
    {
        public override bool Matches(Func<string, object?> column)
        {
            if (column(Column) is not { } actual || Order(actual, Value) is not { } order)
                return false;
            return Operator switch
            {
                "eq" => order == 0,
                "ne" => order != 0,
                "gt" => order > 0,
                "ge" => order >= 0,
                "lt" => order < 0,
                _ => order <= 0,
            };
        }

        private static int? Order(object actual, object value) => (actual, value) switch
        {
            (string left, string right) => string.CompareOrdinal(left, right),
            (bool left, bool right) => left.CompareTo(right),
            (int or long, int or long) => Convert.ToInt64(actual, null).CompareTo(Convert.ToInt64(value, null)),
            // Neither is a NaN equal to anything, nor in order with it.
            (int or long or double, int or long or double) => Order(Convert.ToDouble(actual, null), Convert.ToDouble(value, null)),
            (DateTimeOffset left, DateTimeOffset right) => left.CompareTo(right),
            (Guid left, Guid right) => left.CompareTo(right),
            (byte[] left, byte[] right) => left.AsSpan().SequenceCompareTo(right),
            _ => null,
        };

        private static int? Order(double left, double right) => double.IsNaN(left) || double.IsNaN(right) ? null : left.CompareTo(right);
    }
}
