metadata description = 'The function app and its plan. Everything that the app is told stands in its settings here.'

import { resourceTags } from '../types.bicep'

@description('Where the app runs.')
param location string

@description('Name of the app, unique in the world. The host uses the first 32 characters as its id.')
@maxLength(32)
param name string

@description('Name of the plan.')
param planName string

@description('Tags of the resources.')
param tags resourceTags

@description('Name by which azd finds the app: that of the service in azure.yaml.')
param serviceName string

@description('Name of the identity of the app.')
param identityName string

@description('Name of the account that holds tasks, queues and the package.')
param storageName string

@description('Name of the account that holds the task hub; the same where there is only one.')
param taskHubStorageName string

@description('Container that the package is put into.')
param packageContainer string

@description('Name of the Application Insights component.')
param insightsName string

@description('Name of the vault that the app is to ask for secrets; empty for none.')
param vaultName string

@description('Name of the vault that has the first API key.')
param adminVaultName string

@description('Subnet that the app is put into; empty for none.')
param subnetId string

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

@description('Directory whose tokens are taken.')
param entraTenantId string

@description('Whom tokens must be for; empty if none are taken.')
param entraAudience string

@description('Secret of the vault that is the first API key; empty for none.')
param firstKeySecretName string

@description('Secret of the vault that signs callbacks; empty for none.')
param callbackSigningKeySecretName string

@description('Hosts that the app may call.')
param allowedHosts string[]

@description('Further settings of the app.')
@secure()
param appSettings { *: string }

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageName
}

resource taskHubStorage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: taskHubStorageName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

// The account of host and tasks: where its services are, and who we are to it. The app reads these too (docs/reference/settings.md).
var storageSettings = {
  AzureWebJobsStorage__blobServiceUri: storage.properties.primaryEndpoints.blob
  AzureWebJobsStorage__queueServiceUri: storage.properties.primaryEndpoints.queue
  AzureWebJobsStorage__tableServiceUri: storage.properties.primaryEndpoints.table
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.properties.clientId
}

// The connection that host.json names for Durable Functions (storageProvider.connectionName). It is there in any case, so that the package is one.
var taskHubSettings = {
  TaskHubStorage__blobServiceUri: taskHubStorage.properties.primaryEndpoints.blob
  TaskHubStorage__queueServiceUri: taskHubStorage.properties.primaryEndpoints.queue
  TaskHubStorage__tableServiceUri: taskHubStorage.properties.primaryEndpoints.table
  TaskHubStorage__credential: 'managedidentity'
  TaskHubStorage__clientId: identity.properties.clientId
}

// Where telemetry goes, and that it is sent with a token. Neither is a secret, as the component takes no keys.
var telemetrySettings = {
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
}

var vaultSettings = empty(vaultName)
  ? {}
  : {
      Orchestrator__Secrets__VaultUri: 'https://${vaultName}${environment().suffixes.keyvaultDns}/'
    }

// A reference by name: the app asks the vault for it at each delivery, so a new version of the secret needs no restart.
var callbackSettings = empty(callbackSigningKeySecretName)
  ? {}
  : {
      Orchestrator__Callbacks__SigningKey: 'secret:${callbackSigningKeySecretName}'
    }

// The platform puts the secret in place of the reference when the app starts. It lies in a vault of its own: from the one above an operator can have the app send
// any secret to any host that is allowed (docs/operations/secrets.md), and this one makes an admin.
var firstKeySettings = empty(firstKeySecretName)
  ? {}
  : {
      Orchestrator__Access__Keys__first__Key: '@Microsoft.KeyVault(VaultName=${adminVaultName};SecretName=${firstKeySecretName})'
      Orchestrator__Access__Keys__first__Role: 'Admin'
    }

var entraSettings = empty(entraAudience)
  ? {}
  : {
      Orchestrator__Access__Entra__TenantId: entraTenantId
      Orchestrator__Access__Entra__Audience: entraAudience
    }

var outboundSettings = toObject(
  range(0, length(allowedHosts)),
  index => 'Orchestrator__Outbound__AllowedHosts__${index}',
  index => allowedHosts[index]
)

// Ours are the stronger ones: none of them can be lost by a slip in appSettings.
var settings = union(
  appSettings,
  outboundSettings,
  entraSettings,
  firstKeySettings,
  callbackSettings,
  vaultSettings,
  telemetrySettings,
  taskHubSettings,
  storageSettings
)

// Over zones a group has at least two.
var fewestReady = zoneRedundant ? 2 : 1

var alwaysReady = filter(
  [
    {
      name: 'http'
      instanceCount: alwaysReadyHttp == 0 ? 0 : max(alwaysReadyHttp, fewestReady)
    }
    {
      name: 'durable'
      instanceCount: alwaysReadyDurable == 0 ? 0 : max(alwaysReadyDurable, fewestReady)
    }
  ],
  group => group.instanceCount > 0
)

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    // Linux: the only one of this plan.
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': serviceName })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    // Whoever calls shows a key or a token; certificates of clients are looked at by nobody.
    clientCertEnabled: false
    // Any instance answers any request.
    clientAffinityEnabled: false
    keyVaultReferenceIdentity: identity.id
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${packageContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      scaleAndConcurrency: {
        maximumInstanceCount: maximumInstanceCount
        instanceMemoryMB: instanceMemoryMB
        alwaysReady: alwaysReady
        triggers: {
          http: {
            perInstanceConcurrency: httpConcurrency
          }
        }
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
      appSettings: map(items(settings), setting => {
        name: setting.key
        value: setting.value
      })
    }
  }
}

// Deployments show a token of Entra ID: there is no user name and password to be stolen.
resource noFtpPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource noScmPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'scm'
  properties: {
    allow: false
  }
  // One after the other: both write to the same app.
  dependsOn: [
    noFtpPassword
  ]
}

@description('Host name of the app.')
output hostName string = app.properties.defaultHostName
