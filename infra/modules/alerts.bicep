metadata description = 'When somebody is told, and who. docs/operations/runbook.md has a section for each alert, under its name.'

import { alertName, alertThresholds, resourceTags } from '../types.bicep'

@description('Where the rules are kept: the region of the workspace.')
param location string

@description('Begins the names of the rules.')
param namePrefix string

@description('Name of the action group.')
param actionGroupName string

@description('Tags of the resources.')
param tags resourceTags

@description('Whether alerts are raised. Rules that are off stay there and cost nothing.')
param isEnabled bool

@description('Alerts that are not raised though the others are.')
param disabled alertName[]

@description('Who is told by mail.')
param emails string[]

@description('When.')
param thresholds alertThresholds

@description('Name of the workspace.')
param workspaceName string

@description('Name of the identity that asks the workspace.')
param identityName string

@description('Names of the storage accounts.')
param storageAccountNames string[]

@description('Whether the workspace stops taking data in at some amount a day.')
param isCapped bool

var noSuccessMinutes = thresholds.?noSuccessMinutes ?? 60

// A rule looks back over twice the time between two looks: what comes late, as telemetry does by some minutes, is then seen by the next.
// Each query leaves rows with a number, of which one value over all of the window is made (aggregation) and held against the threshold.
// Metrics of the app are rows of AppMetrics: Name is the instrument's, its tags are in Properties (docs/reference/telemetry.md).
var rules = [
  {
    name: 'function-failures'
    title: 'Functions fail'
    severity: 2
    query: '''
      AppRequests
      | extend Status = coalesce(tolong(ResultCode), 0)
      | where (Success == false and not(Status between (400 .. 499))) or Status >= 500
      | project Value = ItemCount
    '''
    aggregation: 'Total'
    operator: 'GreaterThan'
    threshold: thresholds.?functionFailures ?? 10
    window: 'PT15M'
    frequency: 'PT5M'
  }
  {
    name: 'logged-errors'
    title: 'Errors in the log'
    severity: 2
    query: '''
      union AppTraces, AppExceptions
      | where SeverityLevel >= 3
      | project Value = ItemCount
    '''
    aggregation: 'Total'
    operator: 'GreaterThan'
    threshold: thresholds.?loggedErrors ?? 10
    window: 'PT30M'
    frequency: 'PT15M'
  }
  {
    name: 'failed-tasks'
    title: 'Many tasks fail'
    severity: 2
    query: '''
      AppMetrics
      | where Name == 'orchestrator.tasks.ended'
      | summarize Failed = sumif(Sum, tostring(Properties['state']) == 'Failed'), Ended = sum(Sum)
      | where Failed >= 5
      | project Value = 100.0 * Failed / Ended
    '''
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    threshold: thresholds.?failedTasksPercent ?? 20
    window: 'PT30M'
    frequency: 'PT15M'
  }
  {
    name: 'dead-letters'
    title: 'New dead letters'
    severity: 2
    query: '''
      AppMetrics
      | where Name == 'orchestrator.dead_letters'
      | where tostring(Properties['source']) != 'queue:tasks-poison'
      | project Value = Sum
    '''
    aggregation: 'Total'
    operator: 'GreaterThan'
    threshold: 0
    window: 'PT30M'
    frequency: 'PT15M'
  }
  {
    name: 'poison-queue'
    title: 'Messages in the poison queue'
    severity: 1
    query: '''
      AppMetrics
      | where Name == 'orchestrator.dead_letters'
      | where tostring(Properties['source']) == 'queue:tasks-poison'
      | project Value = Sum
    '''
    aggregation: 'Total'
    operator: 'GreaterThan'
    threshold: 0
    window: 'PT30M'
    frequency: 'PT15M'
  }
  {
    name: 'oldest-queued'
    title: 'Tasks wait too long'
    severity: 2
    query: '''
      AppMetrics
      | where Name == 'orchestrator.tasks.oldest_queued'
      | project Value = Max
    '''
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    threshold: thresholds.?oldestQueuedSeconds ?? 1800
    window: 'PT10M'
    frequency: 'PT5M'
  }
  {
    name: 'overdue-tasks'
    title: 'Scheduled tasks are not begun at their time'
    severity: 2
    query: '''
      AppMetrics
      | where Name == 'orchestrator.tasks.most_overdue'
      | project Value = Max
    '''
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    threshold: thresholds.?overdueSeconds ?? 900
    window: 'PT10M'
    frequency: 'PT5M'
  }
  {
    name: 'no-success'
    title: 'Nothing succeeds'
    severity: 1
    // The number of stretches of 5 minutes in which there were tasks to be done; no row if there was one without, or if a task succeeded: an idle app is quiet.
    query: '''
      AppMetrics
      | where Name in ('orchestrator.tasks.live', 'orchestrator.tasks.ended')
      | extend State = tostring(Properties['state'])
      | summarize
          Succeeded = sumif(Sum, Name == 'orchestrator.tasks.ended' and State == 'Succeeded'),
          ToDo = maxif(Max, Name == 'orchestrator.tasks.live' and State in ('Queued', 'Running'))
          by Stretch = bin(TimeGenerated, 5m)
      | summarize Succeeded = sum(Succeeded), Idle = countif(not(coalesce(ToDo, 0.0) > 0)), Value = count()
      | where Succeeded == 0 and Idle == 0
      | project Value
    '''
    aggregation: 'Maximum'
    operator: 'GreaterThanOrEqual'
    // The first and the last stretch are cut by the window, and telemetry is some minutes late.
    threshold: noSuccessMinutes / 5 - 2
    window: noSuccessMinutes < 60 ? 'PT${noSuccessMinutes}M' : 'PT${noSuccessMinutes / 60}H'
    frequency: 'PT15M'
  }
  {
    name: 'late-timers'
    title: 'Timers missed their schedule'
    severity: 3
    // One that begins less than five minutes late is not counted; one late run is normal after a while in which the app was down.
    query: '''
      AppMetrics
      | where Name == 'orchestrator.timers.late'
      | summarize Value = sum(Sum) by Timer = tostring(Properties['timer'])
    '''
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    threshold: thresholds.?lateTimers ?? 1
    window: 'PT6H'
    frequency: 'PT1H'
  }
  {
    name: 'storage-throttled'
    title: 'Storage throttles the tables of tasks'
    severity: 2
    query: '''
      AppMetrics
      | where Name == 'orchestrator.storage.throttled'
      | project Value = Sum
    '''
    aggregation: 'Total'
    operator: 'GreaterThan'
    threshold: thresholds.?storageThrottled ?? 100
    window: 'PT30M'
    frequency: 'PT15M'
  }
  {
    name: 'no-telemetry'
    title: 'The app is silent'
    severity: 1
    // A timer measures this every minute, with or without tasks. Without it the app is down, or its storage is, or nothing reaches the workspace: then all other rules are blind.
    query: '''
      AppMetrics
      | where Name == 'orchestrator.tasks.live'
      | summarize Value = count()
    '''
    aggregation: 'Total'
    operator: 'LessThan'
    threshold: 1
    window: 'PT15M'
    frequency: 'PT5M'
  }
]

var cappedRule = {
  name: 'telemetry-capped'
  title: 'The workspace takes nothing in any more today'
  severity: 2
  query: '''
    _LogOperation
    | where Category =~ 'Ingestion' and Detail has 'OverQuota'
    | summarize Value = count()
  '''
  aggregation: 'Total'
  operator: 'GreaterThan'
  threshold: 0
  window: 'PT2H'
  frequency: 'PT1H'
}

var allRules = isCapped ? concat(rules, [cappedRule]) : rules

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = {
  name: workspaceName
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: actionGroupName
  location: 'global'
  tags: tags
  properties: {
    // What a mail or a short message begins with, 12 characters at most.
    groupShortName: 'orchestrator'
    enabled: true
    emailReceivers: map(range(0, length(emails)), index => {
      name: 'email-${index}'
      emailAddress: emails[index]
      useCommonAlertSchema: true
    })
  }
}

resource logAlerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in allRules: {
    name: '${namePrefix}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    identity: {
      type: 'UserAssigned'
      userAssignedIdentities: {
        '${identity.id}': {}
      }
    }
    properties: {
      displayName: 'Orchestrator: ${rule.title}'
      description: '${rule.title}. What to do: docs/operations/runbook.md#${rule.name}'
      severity: rule.severity
      enabled: isEnabled && !contains(disabled, rule.name)
      scopes: [
        workspace.id
      ]
      evaluationFrequency: rule.frequency
      windowSize: rule.window
      criteria: {
        allOf: [
          {
            query: rule.query
            metricMeasureColumn: 'Value'
            timeAggregation: rule.aggregation
            operator: rule.operator
            threshold: rule.threshold
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      autoMitigate: true
      // In a new workspace some tables have no columns yet, and the first deployment would fail for it.
      skipQueryValidation: true
      actions: {
        actionGroups: [
          actionGroup.id
        ]
        customProperties: {
          runbook: 'docs/operations/runbook.md#${rule.name}'
        }
      }
    }
  }
]

// The platform's own count: it has the requests of Durable Functions, which the app does not see.
resource storageBusy 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for account in storageAccountNames: {
    name: '${namePrefix}-storage-busy-${account}'
    location: 'global'
    tags: tags
    properties: {
      description: 'Storage account ${account} throttles. What to do: docs/operations/runbook.md#storage-busy'
      severity: 2
      enabled: isEnabled && !contains(disabled, 'storage-busy')
      scopes: [
        resourceId('Microsoft.Storage/storageAccounts', account)
      ]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: 'throttled'
            metricNamespace: 'Microsoft.Storage/storageAccounts'
            metricName: 'Transactions'
            // Each value is counted by itself and held against the threshold by itself.
            dimensions: [
              {
                name: 'ResponseType'
                operator: 'Include'
                values: [
                  'ClientThrottlingError'
                  'ClientAccountRequestThrottlingError'
                  'ClientAccountBandwidthThrottlingError'
                  'ServerBusyError'
                ]
              }
            ]
            timeAggregation: 'Total'
            operator: 'GreaterThan'
            threshold: thresholds.?storageBusy ?? 100
          }
        ]
      }
      autoMitigate: true
      actions: [
        {
          actionGroupId: actionGroup.id
        }
      ]
    }
  }
]

@description('Id of the action group, for alerts that are kept elsewhere.')
output actionGroupId string = actionGroup.id
