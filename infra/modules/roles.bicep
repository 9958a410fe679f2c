metadata description = 'Every role that the deployment gives, to whom, and why: nothing else may do anything with the data.'

@description('Name of the identity of the app.')
param appIdentityName string

@description('Name of the identity of the alert rules.')
param alertIdentityName string

@description('Name of the account that holds tasks, queues and the package.')
param storageName string

@description('Name of the account that holds the task hub; the same where there is only one.')
param taskHubStorageName string

@description('Name of the Application Insights component.')
param insightsName string

@description('Name of the workspace.')
param workspaceName string

@description('Names of the vaults.')
param vaultNames string[]

@description('Container that packages are kept in for a rollback.')
param keptPackagesContainer string

@description('Object id of who keeps packages there: the identity of the pipeline, or a person; empty for nobody.')
param deployerPrincipalId string

var onStorage = [
  {
    name: 'Storage Blob Data Owner'
    id: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
    reason: 'The Functions host: locks of timers, its keys, the package of the app, and the task hub where it lies here.'
  }
  {
    name: 'Storage Queue Data Contributor'
    id: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
    reason: 'The queues tasks and tasks-poison, which the app and the host create, read and write; queues of the task hub where it lies here.'
  }
  {
    name: 'Storage Table Data Contributor'
    id: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
    reason: 'Tables of tasks, which the app creates, reads, writes and drops; tables of the task hub where it lies here.'
  }
]

var onTaskHubStorage = [
  {
    name: 'Storage Blob Data Contributor'
    id: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
    reason: 'Durable Functions: leases of its partitions and messages too large for a queue.'
  }
  {
    name: 'Storage Queue Data Contributor'
    id: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
    reason: 'Durable Functions: its control queues and its queue of work items.'
  }
  {
    name: 'Storage Table Data Contributor'
    id: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
    reason: 'Durable Functions: histories and instances.'
  }
]

var monitoringMetricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'
var logAnalyticsReader = '73c42c96-874c-492b-b04d-ab87d138a893'
var storageBlobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
var keyVaultSecretsUser = '4633458b-17de-408a-b874-0445c86b69e6'

resource appIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: appIdentityName
}

resource alertIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: alertIdentityName
}

resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageName
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' existing = {
  parent: storage
  name: 'default'
}

resource keptPackages 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' existing = {
  parent: blobs
  name: keptPackagesContainer
}

resource taskHubStorage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: taskHubStorageName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = {
  name: workspaceName
}

resource vaults 'Microsoft.KeyVault/vaults@2024-11-01' existing = [
  for vaultName in vaultNames: {
    name: vaultName
  }
]

// Names of assignments come from ids that are known before anything is made, so that a what-if can show them.
resource storageRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in onStorage: {
    scope: storage
    name: guid(storage.id, appIdentity.id, role.id)
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.id)
      principalId: appIdentity.properties.principalId
      principalType: 'ServicePrincipal'
      description: '${role.name}. ${role.reason}'
    }
  }
]

resource taskHubStorageRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in (storageName == taskHubStorageName ? [] : onTaskHubStorage): {
    scope: taskHubStorage
    name: guid(taskHubStorage.id, appIdentity.id, role.id)
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.id)
      principalId: appIdentity.properties.principalId
      principalType: 'ServicePrincipal'
      description: '${role.name}. ${role.reason}'
    }
  }
]

resource telemetryRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, appIdentity.id, monitoringMetricsPublisher)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', monitoringMetricsPublisher)
    principalId: appIdentity.properties.principalId
    principalType: 'ServicePrincipal'
    description: 'Monitoring Metrics Publisher. The app and the host send telemetry with a token, as the component takes no keys.'
  }
}

resource secretsRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (vaultName, index) in vaultNames: {
    scope: vaults[index]
    name: guid(resourceId('Microsoft.KeyVault/vaults', vaultName), appIdentity.id, keyVaultSecretsUser)
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', keyVaultSecretsUser)
      principalId: appIdentity.properties.principalId
      principalType: 'ServicePrincipal'
      description: 'Key Vault Secrets User. The app reads secrets that tasks and settings name, and the platform those that settings refer to; neither can change them.'
    }
  }
]

resource alertRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: workspace
  name: guid(workspace.id, alertIdentity.id, logAnalyticsReader)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', logAnalyticsReader)
    principalId: alertIdentity.properties.principalId
    principalType: 'ServicePrincipal'
    description: 'Log Analytics Reader. Alert rules ask the workspace; without an identity of their own they would ask as whoever deployed them last.'
  }
}

// No type is given: it may be a person or an application.
resource deployerRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(deployerPrincipalId)) {
  scope: keptPackages
  name: guid(keptPackages.id, deployerPrincipalId, storageBlobDataContributor)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageBlobDataContributor)
    principalId: deployerPrincipalId
    description: 'Storage Blob Data Contributor. Whoever deploys keeps each package for a rollback, and sees nothing else of the account.'
  }
}
