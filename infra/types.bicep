metadata description = 'Types of parameters that more than one file takes.'

@export()
@description('When alerts are raised. What is not given has the default that modules/alerts.bicep lists.')
type alertThresholds = {
  @description('Invocations of functions, of any kind, that failed within 15 minutes.')
  @minValue(0)
  functionFailures: int?

  @description('Entries of the log at Error or Critical within 30 minutes.')
  @minValue(0)
  loggedErrors: int?

  @description('Share of the tasks that ended within 30 minutes and failed, in percent. Fewer than five failures are never an alert.')
  @minValue(0)
  @maxValue(99)
  failedTasksPercent: int?

  @description('Age of the oldest task that waits for its first attempt, in seconds.')
  @minValue(1)
  oldestQueuedSeconds: int?

  @description('How long ago a scheduled task should have begun that has not, in seconds.')
  @minValue(60)
  overdueSeconds: int?

  @description('Requests to the tables of tasks that storage asked to be spared, within 30 minutes.')
  @minValue(0)
  storageThrottled: int?

  @description('Requests to any service of a storage account that were throttled in one of four ways, within 15 minutes; those of Durable Functions are among them.')
  @minValue(0)
  storageBusy: int?

  @description('Minutes in which no task succeeds though there are tasks to be done all the time.')
  noSuccessMinutes: (30 | 60 | 120 | 180 | 240 | 300 | 360)?

  @description('Runs of one timer within 6 hours that began five minutes or more after their time.')
  @minValue(0)
  lateTimers: int?

  @description('Places, of five, from which the app must be unavailable at a time.')
  @minValue(1)
  @maxValue(5)
  failedLocations: int?
}

@export()
@description('An alert, by the name of its section in docs/operations/runbook.md.')
type alertName =
  | 'dead-letters'
  | 'failed-tasks'
  | 'function-failures'
  | 'late-timers'
  | 'logged-errors'
  | 'no-success'
  | 'no-telemetry'
  | 'not-available'
  | 'oldest-queued'
  | 'overdue-tasks'
  | 'poison-queue'
  | 'storage-busy'
  | 'storage-throttled'
  | 'telemetry-capped'

@export()
@description('A part of the network for machines of yours.')
type furtherSubnet = {
  @description('Its name; not app and not endpoints.')
  name: string

  @description('Its addresses, beyond the first 128 of the network.')
  addressPrefix: string
}

@export()
@description('Tags of a resource.')
type resourceTags = {
  @description('A value by its name.')
  *: string
}
