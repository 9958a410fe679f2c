metadata description = 'Orchestrator in a subscription: makes the resource group and what lies in it. For azd, and for `az deployment sub create`.'

targetScope = 'subscription'

import { alertName, alertThresholds, furtherSubnet, resourceTags } from 'types.bicep'

@description('Name of the environment, such as dev or production. All names are made of it; another name is another installation.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Region of everything. It must have the Flex Consumption plan: `az functionapp list-flexconsumption-locations`.')
@minLength(1)
param location string

@description('Name of the resource group.')
@minLength(1)
@maxLength(90)
param resourceGroupName string = 'rg-${environmentName}'

@description('Further tags of all resources.')
param tags resourceTags = {}

// ---- How large ----

@description('Most instances of the app: what a flood of tasks may cost at most, and more than one account of storage can serve.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Memory of an instance, in MB. What runs is paid by it: 512 costs a quarter of 2048, and leaves agents little room.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Requests that an instance answers at a time before there is another one. Nearly all only wait for storage; streams of events and long polls each hold one for minutes.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int = 100

@description('Instances that are always there for HTTP: no caller waits for a cold start. They cost all the time.')
@minValue(0)
@maxValue(100)
param alwaysReadyHttp int = 0

@description('Instances that are always there for orchestrations and attempts. They cost all the time.')
@minValue(0)
@maxValue(100)
param alwaysReadyDurable int = 0

@description('Whether instances are spread over zones. The platform then keeps two instances of each timer, each queue, HTTP and Durable running all the time, and they are paid for. Choose a redundancy of storage with zones too.')
param zoneRedundant bool = false

// ---- Data ----

@description('How many copies of the data there are: three in one place (LRS), in three zones (ZRS), and three more in another region (GRS, GZRS). Not every region has each.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageRedundancy string = 'Standard_LRS'

@description('Whether the task hub has a storage account of its own: wanted where one account throttles. Changing it moves the hub; see docs/how-to/deploy.md first.')
param separateTaskHubStorage bool = false

@description('Whether the storage accounts are locked against being deleted. `azd down` then fails until the locks are removed. Who deploys needs the right to make locks.')
param lockStorage bool = false

// ---- Network ----

@description('Whether storage and vault are reached from within a network of their own alone. The app itself stays reachable from everywhere.')
param privateNetworking bool = false

@description('Addresses of that network, /16 to /24, that overlap with none it is to be connected to.')
param networkAddressPrefix string = '10.20.0.0/24'

@description('Further parts of that network, for machines that deploy or look after the data. One that is made by hand is gone after the next deployment.')
param furtherSubnets furtherSubnet[] = []

// ---- Who may call, and whom ----

@description('Application (client) id, or id URI, of the app registration whose tokens are taken; empty if none are. See docs/operations/access.md.')
param entraAudience string = ''

@description('Directory that issues those tokens.')
param entraTenantId string = tenant().tenantId

@description('Whether there is a Key Vault for secrets of tasks. There is one in any case where callbacks are signed.')
param useKeyVault bool = false

@description('Name of a secret that is an API key of role Admin, to create others with, in a vault of its own; empty for none. Needless with tokens of Entra ID. Until it is there the app does not start.')
param firstKeySecretName string = ''

@description('Name of the secret of the vault that signs callbacks; empty for no callbacks.')
param callbackSigningKeySecretName string = ''

@description('Hosts that tasks and callbacks may call, such as api.example.com. None are allowed unless they are given.')
param allowedHosts string[] = []

@description('Further settings of the app by name, with __ between parts; see docs/reference/settings.md. Settings that are made by hand are gone after the next deployment.')
@secure()
param appSettings { *: string } = {}

@description('Object id of who deploys with infra/scripts, a person or the identity of a pipeline: it may then keep packages for a rollback. Empty for nobody.')
param deployerPrincipalId string = ''

// ---- Watching ----

@description('How long logs are kept, in days. The first 31 cost nothing.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Most gigabytes of logs a day, against a bill out of the blue; -1 for no limit. What comes after is lost until the next day, and an alert says so.')
param dailyLogQuotaGb int = 5

@description('Whether the log of the Functions host is kept as a platform log too: for a host that does not start. It costs by the gigabyte.')
param hostLogs bool = false

@description('Whether every request to storage is logged, while a fault is looked for. Some ten gigabytes a month for an idle app.')
param storageLogs bool = false

@description('Whether alerts are raised.')
param alertsEnabled bool = true

@description('Alerts that are not raised though the others are.')
param disabledAlerts alertName[] = []

@description('Addresses that are told of alerts and of the budget. Without one, alerts are seen in the portal alone.')
param alertEmails string[] = []

@description('When alerts are raised; what is not given has its default.')
param thresholds alertThresholds = {}

@description('Whether the app is asked every 5 minutes from five places in the world whether it works. Each time is paid for.')
param availabilityTest bool = false

@description('What the resource group may cost a month, in the currency of the subscription, before people are told; 0 for no budget.')
@minValue(0)
param monthlyBudget int = 0

@description('First day of the budget, the first of the present month or a later one, such as 2026-12-01. Wanted where there is a budget, and for ever the same: Azure lets nobody change it.')
param budgetStartDate string = ''

// Name of the service in azure.yaml.
var serviceName = 'orchestrator'

var allTags = union(tags, { 'azd-env-name': environmentName })

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: resourceGroupName
  location: location
  tags: allTags
}

module resources 'resources.bicep' = {
  scope: group
  name: 'orchestrator-${environmentName}'
  params: {
    environmentName: environmentName
    location: location
    tags: allTags
    serviceName: serviceName
    maximumInstanceCount: maximumInstanceCount
    instanceMemoryMB: instanceMemoryMB
    httpConcurrency: httpConcurrency
    alwaysReadyHttp: alwaysReadyHttp
    alwaysReadyDurable: alwaysReadyDurable
    zoneRedundant: zoneRedundant
    storageRedundancy: storageRedundancy
    separateTaskHubStorage: separateTaskHubStorage
    lockStorage: lockStorage
    privateNetworking: privateNetworking
    networkAddressPrefix: networkAddressPrefix
    furtherSubnets: furtherSubnets
    useKeyVault: useKeyVault
    firstKeySecretName: firstKeySecretName
    callbackSigningKeySecretName: callbackSigningKeySecretName
    entraTenantId: entraTenantId
    entraAudience: entraAudience
    allowedHosts: allowedHosts
    appSettings: appSettings
    deployerPrincipalId: deployerPrincipalId
    logRetentionDays: logRetentionDays
    dailyLogQuotaGb: dailyLogQuotaGb
    hostLogs: hostLogs
    storageLogs: storageLogs
    alertsEnabled: alertsEnabled
    disabledAlerts: disabledAlerts
    alertEmails: alertEmails
    thresholds: thresholds
    availabilityTest: availabilityTest
    monthlyBudget: monthlyBudget
    budgetStartDate: budgetStartDate
  }
}

// azd keeps these in its environment; scripts and the pipeline read them from the deployment. None is a secret.

@description('Region of everything.')
output AZURE_LOCATION string = location

@description('Directory of the subscription.')
output AZURE_TENANT_ID string = tenant().tenantId

@description('Name of the resource group.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Name of the function app.')
output AZURE_FUNCTION_APP_NAME string = resources.outputs.appName

@description('Address of the app, which the command line takes as --url.')
output AZURE_FUNCTION_APP_URL string = 'https://${resources.outputs.hostName}'

@description('Name of the account that holds tasks and queues.')
output AZURE_STORAGE_ACCOUNT_NAME string = resources.outputs.storageName

@description('Name of the account that holds the task hub.')
output AZURE_TASK_HUB_STORAGE_ACCOUNT_NAME string = resources.outputs.taskHubStorageName

@description('Name of the workspace that has logs and metrics.')
output AZURE_LOG_ANALYTICS_WORKSPACE_NAME string = resources.outputs.workspaceName

@description('Name of the vault for secrets of tasks; empty if there is none.')
output AZURE_KEY_VAULT_NAME string = resources.outputs.vaultName

@description('Name of the vault for the first API key; empty if there is none.')
output AZURE_ADMIN_KEY_VAULT_NAME string = resources.outputs.adminVaultName

@description('Name of the identity of the app.')
output AZURE_APP_IDENTITY_NAME string = resources.outputs.identityName
