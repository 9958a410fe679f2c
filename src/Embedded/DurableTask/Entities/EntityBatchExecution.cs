using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Orchestrations;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Entities;

/// <summary>Runs the operations of one batch, each as a whole or not at all.</summary>
internal sealed class EntityBatchExecution(EntityBatch batch, DataConverter converter, TimeProvider time, ILogger logger)
{
    private readonly EntityInstanceId _id = EntityInstanceId.FromString(batch.Entity);
    private bool _isBegun;

    /// <summary>Null until the last operation has ended.</summary>
    public EntityBatchResult? Result { get; private set; }

    /// <exception cref="InvalidOperationException">It was called before.</exception>
    public async Task RunAsync(ITaskEntity entity)
    {
        if (_isBegun)
        {
            throw new InvalidOperationException($"The operations of entity '{_id}' were dispatched before in this invocation.");
        }

        _isBegun = true;
        var state = new BatchState(batch.State, converter);
        var context = new BatchContext(_id, converter, time);
        var outcomes = new List<EntityOutcome>(batch.Requests.Count);
        foreach (var request in batch.Requests)
        {
            var (stateBefore, actionsBefore) = (state.Text, context.Actions.Count);
            try
            {
                var result = await entity.RunAsync(new BatchOperation(request, context, state, converter));
                outcomes.Add(new(converter.Serialize(result), null));
            }
            catch (Exception exception)
            {
                state.Text = stateBefore;
                context.Actions.RemoveRange(actionsBefore, context.Actions.Count - actionsBefore);
                outcomes.Add(new(null, exception.ToFailure()));
                logger.OperationFailed(exception, request.Operation, _id.ToString());
            }
        }

        Result = new(state.Text, outcomes, context.Actions);
    }

    private sealed class BatchState(string? text, DataConverter converter) : TaskEntityState
    {
        public string? Text { get; set; } = text;

        public override bool HasState => Text is not null;

        // Never the same object twice: what one operation does to it without setting it must not reach the next.
        public override object? GetState(Type type) => converter.Deserialize(Text, type);

        public override void SetState(object? state) => Text = converter.Serialize(state);
    }

    private sealed class BatchOperation(EntityRequest request, TaskEntityContext context, TaskEntityState state, DataConverter converter)
        : TaskEntityOperation
    {
        public override string Name => request.Operation;

        public override TaskEntityContext Context => context;

        public override TaskEntityState State => state;

        public override bool HasInput => request.Input is not null;

        public override object? GetInput(Type inputType) => converter.Deserialize(request.Input, inputType);
    }

    private sealed class BatchContext(EntityInstanceId id, DataConverter converter, TimeProvider time) : TaskEntityContext
    {
        public List<EntityAction> Actions { get; } = [];

        public override EntityInstanceId Id => id;

        public override void SignalEntity(
            EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null)
        {
            InstanceIds.Validate(id, nameof(id));
            ArgumentException.ThrowIfNullOrEmpty(operationName);
            Actions.Add(new EntitySignalAction(
                id.ToString(),
                new(operationName, converter.Serialize(input), Caller: null) { DeliverAt = options?.SignalTime?.UtcDateTime }));
        }

        public override string ScheduleNewOrchestration(TaskName name, object? input = null, StartOrchestrationOptions? options = null)
        {
            var (instanceId, start) = Starts.Create(name, converter.Serialize(input), options, time);
            Actions.Add(new EntityStartAction(instanceId, start));
            return instanceId;
        }
    }
}
