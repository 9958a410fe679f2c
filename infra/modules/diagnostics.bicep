metadata description = 'What Azure itself logs about the resources, sent to the workspace. Metrics of the platform are kept by Azure Monitor for 93 days without this.'

@description('Name of the app.')
param appName string

@description('Names of the storage accounts.')
param storageAccountNames string[]

@description('Names of the vaults.')
param vaultNames string[]

@description('Name of the workspace.')
param workspaceName string

@description('Whether the log of the Functions host is kept.')
param hostLogs bool

@description('Whether every request to storage is logged.')
param storageLogs bool

var settingName = 'to-workspace'

var storageLogCategories = [
  {
    category: 'StorageRead'
    enabled: true
  }
  {
    category: 'StorageWrite'
    enabled: true
  }
  {
    category: 'StorageDelete'
    enabled: true
  }
]

var loggedAccounts = storageLogs ? storageAccountNames : []

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = {
  name: workspaceName
}

resource app 'Microsoft.Web/sites@2024-11-01' existing = {
  name: appName
}

resource vaults 'Microsoft.KeyVault/vaults@2024-11-01' existing = [
  for vaultName in vaultNames: {
    name: vaultName
  }
]

resource blobServices 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' existing = [
  for account in loggedAccounts: {
    name: '${account}/default'
  }
]

resource queueServices 'Microsoft.Storage/storageAccounts/queueServices@2024-01-01' existing = [
  for account in loggedAccounts: {
    name: '${account}/default'
  }
]

resource tableServices 'Microsoft.Storage/storageAccounts/tableServices@2024-01-01' existing = [
  for account in loggedAccounts: {
    name: '${account}/default'
  }
]

// What the host sends to Application Insights comes a second time here, and also what it could not send there.
resource appLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (hostLogs) {
  scope: app
  name: settingName
  properties: {
    workspaceId: workspace.id
    logs: [
      {
        category: 'FunctionAppLogs'
        enabled: true
      }
    ]
  }
}

// Who has read which secret, and who was refused: few lines, and wanted when something has happened.
resource vaultLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = [
  for (vaultName, index) in vaultNames: {
    scope: vaults[index]
    name: settingName
    properties: {
      workspaceId: workspace.id
      logs: [
        {
          category: 'AuditEvent'
          enabled: true
        }
      ]
    }
  }
]

resource blobLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = [
  for (account, index) in loggedAccounts: {
    scope: blobServices[index]
    name: settingName
    properties: {
      workspaceId: workspace.id
      logs: storageLogCategories
    }
  }
]

resource queueLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = [
  for (account, index) in loggedAccounts: {
    scope: queueServices[index]
    name: settingName
    properties: {
      workspaceId: workspace.id
      logs: storageLogCategories
    }
  }
]

resource tableLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = [
  for (account, index) in loggedAccounts: {
    scope: tableServices[index]
    name: settingName
    properties: {
      workspaceId: workspace.id
      logs: storageLogCategories
    }
  }
]
