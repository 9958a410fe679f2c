using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.Serialization;
using Azure.Data.Tables.Models;

namespace Azure.Data.Tables.Filters;

/// <summary>
/// Filters written as predicates: comparisons of one column with a value, joined by and, or and not. Columns are properties of the entity or, for dictionaries,
/// <c>entity["Name"]</c> and the typed getters <c>entity.GetInt32("Name")</c>; everything that does not touch the entity is computed at once.
/// </summary>
internal static class ExpressionFilter
{
    /// <exception cref="NotSupportedException">The predicate has something that the service cannot evaluate; the message quotes it.</exception>
    public static string Create(LambdaExpression predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return Condition(predicate.Body, predicate.Parameters[0]);
    }

    private static string Condition(Expression expression, ParameterExpression entity)
    {
        expression = WithoutConversion(expression);
        switch (expression)
        {
            case BinaryExpression { NodeType: ExpressionType.AndAlso or ExpressionType.And } both:
                return $"({Condition(both.Left, entity)}) and ({Condition(both.Right, entity)})";
            case BinaryExpression { NodeType: ExpressionType.OrElse or ExpressionType.Or } either:
                return $"({Condition(either.Left, entity)}) or ({Condition(either.Right, entity)})";
            case UnaryExpression { NodeType: ExpressionType.Not } not:
                return $"not ({Condition(not.Operand, entity)})";
            case BinaryExpression comparison:
                return Comparison(comparison, entity);
            case MethodCallExpression { Method.Name: "Equals" } call when EqualsOperands(call) is { } operands:
                return Compare(operands.Left, ExpressionType.Equal, operands.Right, entity);
        }

        if (expression.Type == typeof(bool) && Column(expression, entity) is { } flag)
            return $"{flag} eq true";
        throw Unsupported(expression);
    }

    private static string Comparison(BinaryExpression comparison, ParameterExpression entity)
    {
        // string.Compare(a, b) < 0, a.CompareTo(b) < 0: how predicates say that one string comes before another.
        if (WithoutConversion(comparison.Left) is MethodCallExpression call && CompareOperands(call) is { } operands
            && WithoutConversion(comparison.Right) is ConstantExpression { Value: 0 })
        {
            return Compare(operands.Left, comparison.NodeType, operands.Right, entity);
        }

        return Compare(comparison.Left, comparison.NodeType, comparison.Right, entity);
    }

    private static string Compare(Expression left, ExpressionType type, Expression right, ParameterExpression entity)
    {
        if (Column(left, entity) is { } column)
            return $"{column} {Operator(type)} {FilterLiteral.Of(Value(right, left, entity))}";
        if (Column(right, entity) is { } other)
            return $"{other} {Operator(Mirrored(type))} {FilterLiteral.Of(Value(left, right, entity))}";
        throw Unsupported(left);
    }

    private static (Expression Left, Expression Right)? EqualsOperands(MethodCallExpression call) => call switch
    {
        { Object: { } left, Arguments: [var right] } => (left, right),
        { Object: null, Arguments: [var left, var right] } when call.Method.DeclaringType == typeof(string) || call.Method.DeclaringType == typeof(object) => (left, right),
        _ => null,
    };

    private static (Expression Left, Expression Right)? CompareOperands(MethodCallExpression call) => call switch
    {
        { Method.Name: "Compare" or "CompareOrdinal", Object: null, Arguments: [var left, var right] } when call.Method.DeclaringType == typeof(string) => (left, right),
        { Method.Name: "CompareTo", Object: { } left, Arguments: [var right] } => (left, right),
        _ => null,
    };

    /// <summary>The column's name if the expression is one.</summary>
    private static string? Column(Expression expression, ParameterExpression entity)
    {
        expression = WithoutConversion(expression);
        switch (expression)
        {
            case MemberExpression { Member.Name: "Value", Expression: { } nullable } when Nullable.GetUnderlyingType(nullable.Type) is not null:
                return Column(nullable, entity);
            case MemberExpression member when IsEntity(member.Expression, entity):
                return NameOf(member.Member);
            case MethodCallExpression { Object: { } target, Arguments: [var key] } call when IsEntity(target, entity) && IsColumnGetter(call.Method):
                return (string)Evaluate(key)!;
            default:
                return null;
        }
    }

    private static bool IsEntity(Expression? expression, ParameterExpression entity) => expression is not null && WithoutConversion(expression) == entity;

    private static bool IsColumnGetter(MethodInfo method) =>
        method.GetParameters() is [{ ParameterType: var type }] && type == typeof(string) && (method.Name == "get_Item" || method.Name.StartsWith("Get", StringComparison.Ordinal));

    private static string NameOf(MemberInfo member) =>
        member.DeclaringType == typeof(TableItem) ? "TableName" : member.GetCustomAttribute<DataMemberAttribute>(inherit: true)?.Name ?? member.Name;

    /// <summary>The value of what does not touch the entity. Enums come as numbers out of the compiler, so the column's type says their name.</summary>
    private static object? Value(Expression expression, Expression column, ParameterExpression entity)
    {
        if (new EntityUse(entity).IsIn(expression))
            throw Unsupported(expression);

        var value = Evaluate(expression);
        var type = WithoutConversion(column).Type;
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum && value is not null and not Enum ? Enum.ToObject(type, value) : value;
    }

    private static object? Evaluate(Expression expression) => expression switch
    {
        ConstantExpression constant => constant.Value,
        MemberExpression { Member: FieldInfo field, Expression: null or ConstantExpression } captured => field.GetValue((captured.Expression as ConstantExpression)?.Value),
        _ => Expression.Lambda<Func<object?>>(Expression.Convert(expression, typeof(object))).Compile(preferInterpretation: true)(),
    };

    private static Expression WithoutConversion(Expression expression)
    {
        while (expression is UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.ConvertChecked or ExpressionType.TypeAs or ExpressionType.Quote } conversion)
            expression = conversion.Operand;
        return expression;
    }

    private static string Operator(ExpressionType type) => type switch
    {
        ExpressionType.Equal => "eq",
        ExpressionType.NotEqual => "ne",
        ExpressionType.GreaterThan => "gt",
        ExpressionType.GreaterThanOrEqual => "ge",
        ExpressionType.LessThan => "lt",
        ExpressionType.LessThanOrEqual => "le",
        _ => throw new NotSupportedException($"The operator {type} cannot stand in a table filter."),
    };

    private static ExpressionType Mirrored(ExpressionType type) => type switch
    {
        ExpressionType.GreaterThan => ExpressionType.LessThan,
        ExpressionType.GreaterThanOrEqual => ExpressionType.LessThanOrEqual,
        ExpressionType.LessThan => ExpressionType.GreaterThan,
        ExpressionType.LessThanOrEqual => ExpressionType.GreaterThanOrEqual,
        _ => type,
    };

    private static NotSupportedException Unsupported(Expression expression) => new($"'{expression}' cannot stand in a table filter.");

    private sealed class EntityUse(ParameterExpression entity) : ExpressionVisitor
    {
        private bool _used;

        public bool IsIn(Expression expression)
        {
            Visit(expression);
            return _used;
        }

        protected override Expression VisitParameter(ParameterExpression node)
        {
            _used |= node == entity;
            return node;
        }
    }
}
