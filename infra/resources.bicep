metadata description = 'All that the app needs, in one resource group.'

import { alertName, alertThresholds, furtherSubnet, resourceTags } from 'types.bicep'

@description('Name of the environment. Names of resources are made of it.')
param environmentName string

@description('Region of everything.')
param location string

@description('Tags of all resources.')
param tags resourceTags

@description('Name by which azd finds the app.')
param serviceName string

@description('Most instances of the app.')
param maximumInstanceCount int

@description('Memory of an instance, in MB.')
param instanceMemoryMB int

@description('Requests that an instance answers at a time.')
param httpConcurrency int

@description('Instances that are always there for HTTP.')
param alwaysReadyHttp int

@description('Instances that are always there for orchestrations and attempts.')
param alwaysReadyDurable int

@description('Whether instances are spread over zones.')
param zoneRedundant bool

@description('How many copies of the data there are, and where.')
param storageRedundancy string

@description('Whether the task hub has a storage account of its own.')
param separateTaskHubStorage bool

@description('Whether the storage accounts are locked against being deleted.')
param lockStorage bool

@description('Whether storage and vault are reached from within a network alone.')
param privateNetworking bool

@description('Addresses of that network.')
param networkAddressPrefix string

@description('Further parts of that network.')
param furtherSubnets furtherSubnet[]

@description('Whether there is a vault for secrets of tasks, also without a key for callbacks.')
param useKeyVault bool

@description('Secret of the vault that is the first API key; empty for none.')
param firstKeySecretName string

@description('Secret of the vault that signs callbacks; empty for none.')
param callbackSigningKeySecretName string

@description('Directory whose tokens are taken.')
param entraTenantId string

@description('Whom tokens must be for; empty if none are taken.')
param entraAudience string

@description('Hosts that the app may call.')
param allowedHosts string[]

@description('Further settings of the app.')
@secure()
param appSettings { *: string }

@description('Object id of who keeps packages for a rollback; empty for nobody.')
param deployerPrincipalId string

@description('How long logs are kept, in days.')
param logRetentionDays int

@description('Most gigabytes of logs a day; -1 for no limit.')
param dailyLogQuotaGb int

@description('Whether the log of the Functions host is kept.')
param hostLogs bool

@description('Whether every request to storage is logged.')
param storageLogs bool

@description('Whether alerts are raised.')
param alertsEnabled bool

@description('Alerts that are not raised though the others are.')
param disabledAlerts alertName[]

@description('Who is told by mail.')
param alertEmails string[]

@description('When.')
param thresholds alertThresholds

@description('Whether the app is asked from outside whether it works.')
param availabilityTest bool

@description('What the resource group may cost a month; 0 for no budget.')
param monthlyBudget int

@description('First day of the budget; wanted where there is one.')
param budgetStartDate string

// The same for the same resource group and environment, and unlike any other: names of apps, accounts and vaults are unique in the world.
var token = uniqueString(resourceGroup().id, environmentName)

var appName = 'func-orchestrator-${token}'
var planName = 'plan-${token}'
var appIdentityName = 'id-app-${token}'
var alertIdentityName = 'id-alerts-${token}'
var storageName = 'st${token}'
var taskHubStorageName = separateTaskHubStorage ? 'sthub${token}' : storageName
var storageAccountNames = separateTaskHubStorage ? [storageName, taskHubStorageName] : [storageName]
var workspaceName = 'log-${token}'
var insightsName = 'appi-${token}'
var vaultName = 'kv-${token}'
var adminVaultName = 'kvadmin-${token}'
var networkName = 'vnet-${token}'
var actionGroupName = 'ag-${token}'
// The package that runs, and all that were ever deployed, for a rollback (infra/scripts).
var packageContainer = 'app-package'
var keptPackagesContainer = 'packages'

var hasVault = useKeyVault || !empty(callbackSigningKeySecretName)
var hasAdminVault = !empty(firstKeySecretName)
var vaultNames = concat(hasVault ? [vaultName] : [], hasAdminVault ? [adminVaultName] : [])

module appIdentity 'modules/identity.bicep' = {
  name: 'app-identity'
  params: {
    location: location
    name: appIdentityName
    tags: tags
  }
}

module alertIdentity 'modules/identity.bicep' = {
  name: 'alert-identity'
  params: {
    location: location
    name: alertIdentityName
    tags: tags
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: {
    location: location
    name: storageName
    tags: tags
    redundancy: storageRedundancy
    containers: [packageContainer, keptPackagesContainer]
    isPrivate: privateNetworking
    isLocked: lockStorage
  }
}

// Durable Functions and the tables of tasks then share no limits on requests, and each account's metrics tell of one of them.
module taskHubStorage 'modules/storage.bicep' = if (separateTaskHubStorage) {
  name: 'task-hub-storage'
  params: {
    location: location
    name: taskHubStorageName
    tags: tags
    redundancy: storageRedundancy
    containers: []
    isPrivate: privateNetworking
    isLocked: lockStorage
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    location: location
    workspaceName: workspaceName
    insightsName: insightsName
    tags: tags
    retentionDays: logRetentionDays
    dailyQuotaGb: dailyLogQuotaGb
  }
}

module vaults 'modules/keyVault.bicep' = [
  for name in vaultNames: {
    name: 'key-vault-${name}'
    params: {
      location: location
      name: name
      tags: tags
      isPrivate: privateNetworking
    }
  }
]

module network 'modules/network.bicep' = if (privateNetworking) {
  name: 'network'
  params: {
    location: location
    name: networkName
    tags: tags
    addressPrefix: networkAddressPrefix
    furtherSubnets: furtherSubnets
    storageAccountNames: storageAccountNames
    vaultNames: vaultNames
  }
  // It names them by what is known at the start; they must be there all the same.
  dependsOn: [
    storage
    taskHubStorage
    vaults
  ]
}

module roles 'modules/roles.bicep' = {
  name: 'roles'
  params: {
    appIdentityName: appIdentityName
    alertIdentityName: alertIdentityName
    storageName: storageName
    taskHubStorageName: taskHubStorageName
    insightsName: insightsName
    workspaceName: workspaceName
    vaultNames: vaultNames
    keptPackagesContainer: keptPackagesContainer
    deployerPrincipalId: deployerPrincipalId
  }
  dependsOn: [
    appIdentity
    alertIdentity
    storage
    taskHubStorage
    monitoring
    vaults
  ]
}

module functionApp 'modules/functionApp.bicep' = {
  name: 'function-app'
  params: {
    location: location
    name: appName
    planName: planName
    tags: tags
    serviceName: serviceName
    identityName: appIdentityName
    storageName: storageName
    taskHubStorageName: taskHubStorageName
    packageContainer: packageContainer
    insightsName: insightsName
    vaultName: hasVault ? vaultName : ''
    adminVaultName: adminVaultName
    subnetId: privateNetworking ? network!.outputs.appSubnetId : ''
    maximumInstanceCount: maximumInstanceCount
    instanceMemoryMB: instanceMemoryMB
    httpConcurrency: httpConcurrency
    alwaysReadyHttp: alwaysReadyHttp
    alwaysReadyDurable: alwaysReadyDurable
    zoneRedundant: zoneRedundant
    entraTenantId: entraTenantId
    entraAudience: entraAudience
    firstKeySecretName: firstKeySecretName
    callbackSigningKeySecretName: callbackSigningKeySecretName
    allowedHosts: allowedHosts
    appSettings: appSettings
  }
  // The app is to find its roles when it first starts: a host that may not read its storage does not start.
  dependsOn: [
    roles
  ]
}

module diagnostics 'modules/diagnostics.bicep' = {
  name: 'diagnostics'
  params: {
    appName: appName
    storageAccountNames: storageAccountNames
    vaultNames: vaultNames
    workspaceName: workspaceName
    hostLogs: hostLogs
    storageLogs: storageLogs
  }
  dependsOn: [
    functionApp
  ]
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  params: {
    location: location
    namePrefix: 'orchestrator-${environmentName}'
    actionGroupName: actionGroupName
    tags: tags
    isEnabled: alertsEnabled
    disabled: disabledAlerts
    emails: alertEmails
    thresholds: thresholds
    workspaceName: workspaceName
    identityName: alertIdentityName
    storageAccountNames: storageAccountNames
    isCapped: dailyLogQuotaGb > 0
  }
  // A rule whose identity may not ask the workspace is refused. A role takes some minutes until it holds: the app, which waits for the roles too, takes them.
  dependsOn: [
    functionApp
  ]
}

module availability 'modules/availability.bicep' = if (availabilityTest) {
  name: 'availability'
  params: {
    location: location
    name: 'orchestrator-${environmentName}-not-available'
    tags: tags
    hostName: functionApp.outputs.hostName
    insightsName: insightsName
    actionGroupId: alerts.outputs.actionGroupId
    failedLocations: thresholds.?failedLocations ?? 3
    isEnabled: alertsEnabled && !contains(disabledAlerts, 'not-available')
  }
}

module budget 'modules/budget.bicep' = if (monthlyBudget > 0) {
  name: 'budget'
  params: {
    name: 'budget-${token}'
    amount: max(monthlyBudget, 1)
    // Without a budget too: a part that is left out may have its parameters worked out all the same.
    startDate: monthlyBudget == 0 || !empty(budgetStartDate) ? budgetStartDate : fail('monthlyBudget wants a budgetStartDate, such as 2026-12-01')
    emails: alertEmails
    actionGroupId: alerts.outputs.actionGroupId
  }
}

@description('Name of the function app.')
output appName string = appName

@description('Host name of the function app.')
output hostName string = functionApp.outputs.hostName

@description('Name of the account that holds tasks and queues.')
output storageName string = storageName

@description('Name of the account that holds the task hub.')
output taskHubStorageName string = taskHubStorageName

@description('Name of the workspace.')
output workspaceName string = workspaceName

@description('Name of the vault for secrets of tasks; empty if there is none.')
output vaultName string = hasVault ? vaultName : ''

@description('Name of the vault for the first API key; empty if there is none.')
output adminVaultName string = hasAdminVault ? adminVaultName : ''

@description('Name of the identity of the app.')
output identityName string = appIdentityName
