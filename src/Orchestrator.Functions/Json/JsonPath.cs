using System.Text;

namespace Orchestrator.Functions.Json;

/// <summary>The place a reader has come to in a JSON text: the containers it is inside of, the outermost first.</summary>
internal sealed class JsonPath
{
    private readonly Stack<Frame> _frames = new();

    /// <summary>The place as an RFC 6901 JSON pointer.</summary>
    public string Pointer
    {
        get
        {
            var pointer = new StringBuilder();
            foreach (var frame in _frames.Reverse())
            {
                if (frame.Names is null)
                    pointer.Append('/').Append(frame.Index);
                else if (frame.Name is not null)
                    pointer.Append('/').Append(JsonPointer.Escape(frame.Name));
            }

            return pointer.ToString();
        }
    }

    public void EnterObject() => _frames.Push(new Frame { Names = new HashSet<string>(StringComparer.Ordinal) });

    public void EnterArray() => _frames.Push(new Frame());

    public void Leave() => _frames.Pop();

    /// <summary>Goes to the property <paramref name="name"/> of the object; false when the object had one of that name already.</summary>
    public bool Name(string name)
    {
        var frame = _frames.Peek();
        frame.Name = name;
        return frame.Names!.Add(name);
    }

    /// <summary>A value is over: the next element of an array is at hand.</summary>
    public void ValueRead()
    {
        if (_frames.TryPeek(out var frame))
            frame.Index++;
    }

    private sealed class Frame
    {
        /// <summary>The names seen in an object; null for an array.</summary>
        public HashSet<string>? Names { get; init; }

        public string? Name { get; set; }

        public int Index { get; set; }
    }
}
