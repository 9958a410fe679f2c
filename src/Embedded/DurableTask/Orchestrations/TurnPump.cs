namespace Embedded.DurableTask.Orchestrations;

/// <summary>
/// Owns every piece of code of one orchestration: the method and all its continuations run here, one after the other, on
/// the thread that drives the turn. Nothing of it runs between turns.
/// </summary>
/// <remarks>
/// It is the synchronization context of the code and its task scheduler, so that <c>await</c>, <c>ContinueWith</c> and
/// <c>Task.Factory.StartNew</c> all come back to it. What another thread hands in comes from a task that is not durable: it
/// would arrive at another moment on every replay, so it is dropped and remembered as <see cref="WasInvaded"/>.
/// </remarks>
internal sealed class TurnPump : TaskScheduler
{
    private readonly Queue<Task> _queue = new();
    private readonly PumpContext _context;
    private volatile int _thread;
    private volatile bool _wasInvaded;

    public TurnPump() => _context = new(this);

    /// <summary>Whether the calling code runs on the pump.</summary>
    public bool IsCurrent => _thread == Environment.CurrentManagedThreadId;

    /// <summary>Whether a continuation came from outside.</summary>
    public bool WasInvaded => _wasInvaded;

    /// <summary>What the first piece of code that nobody awaits threw (<c>async void</c>); null for none.</summary>
    public Exception? Fault { get; private set; }

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Runs the action and all that follows from it, until nothing is left to run.</summary>
    public void Run(Action action)
    {
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context);
        _thread = Environment.CurrentManagedThreadId;
        try
        {
            _context.Post(static state => ((Action)state!)(), action);
            while (_queue.TryDequeue(out var task))
            {
                TryExecuteTask(task);
            }
        }
        finally
        {
            _thread = 0;
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    /// <summary>Runs the action at once, if this is the pump's thread; from elsewhere it is dropped and remembered.</summary>
    public void RunInline(Action action)
    {
        if (IsCurrent)
        {
            action();
        }
        else
        {
            _wasInvaded = true;
        }
    }

    protected override void QueueTask(Task task) => RunInline(() => _queue.Enqueue(task));

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => IsCurrent && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => _queue.ToArray();

    private sealed class PumpContext(TurnPump pump) : SynchronizationContext
    {
        public override SynchronizationContext CreateCopy() => this;

        public override void Post(SendOrPostCallback d, object? state) => new Task(() => Call(d, state)).Start(pump);

        public override void Send(SendOrPostCallback d, object? state) => pump.RunInline(() => d(state));

        private void Call(SendOrPostCallback d, object? state)
        {
            try
            {
                d(state);
            }
            catch (Exception exception)
            {
                pump.Fault ??= exception;
            }
        }
    }
}
