using System.Text;

namespace Orchestrator.Infra.Tests.Bicep.Model;

/// <summary>An expression that stays in a predicted deployment, as what it needs is known only once resources are there: a text, or a call of a function.</summary>
/// <param name="Text">The text itself, or the call as it is written.</param>
/// <param name="Function">The name of the function; null for a text.</param>
/// <param name="Arguments">What the function is given.</param>
internal sealed record ArmExpression(string Text, string? Function, IReadOnlyList<ArmExpression> Arguments)
{
    /// <summary>Reads an expression, brackets around it.</summary>
    public static ArmExpression Parse(string expression) => new Reader(expression[1..^1]).Read();

    /// <summary>As it stands in a deployment: a text as it is, a call in brackets.</summary>
    public override string ToString() => Function is null ? Text : $"[{Text}]";

    private sealed class Reader(string text)
    {
        private int _at;

        public ArmExpression Read()
        {
            Skip(' ');
            if (Next() == '\'')
                return new ArmExpression(ReadText(), Function: null, []);
            var begin = _at;
            while (_at < text.Length && (char.IsLetterOrDigit(Next()) || Next() is '_' or '-'))
                _at++;
            var name = text[begin.._at];
            if (_at == text.Length || Next() != '(')
                return new ArmExpression(name, Function: null, []);
            var arguments = ReadArguments();
            SkipAccess();
            return new ArmExpression(text[begin.._at], name, arguments);
        }

        private List<ArmExpression> ReadArguments()
        {
            var arguments = new List<ArmExpression>();
            do
            {
                _at++;
                Skip(' ');
                if (Next() != ')')
                    arguments.Add(Read());
                Skip(' ');
            }
            while (Next() == ',');
            _at++;
            return arguments;
        }

        /// <summary>Passes over what is taken out of a result: properties and elements.</summary>
        private void SkipAccess()
        {
            while (_at < text.Length && Next() is '.' or '[')
            {
                if (text[_at++] == '.')
                {
                    while (_at < text.Length && char.IsLetterOrDigit(Next()))
                        _at++;
                }
                else
                {
                    Read();
                    Skip(']');
                }
            }
        }

        private string ReadText()
        {
            var read = new StringBuilder();
            for (_at++; Next() != '\'' || (_at + 1 < text.Length && text[_at + 1] == '\''); _at++)
            {
                // A quote within is written twice.
                if (Next() == '\'')
                    _at++;
                read.Append(Next());
            }

            _at++;
            return read.ToString();
        }

        private char Next() => _at < text.Length ? text[_at] : throw new FormatException($"The expression '{text}' ends in the middle.");

        private void Skip(char what)
        {
            while (_at < text.Length && Next() == what)
                _at++;
        }
    }
}
