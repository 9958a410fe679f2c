metadata description = 'A storage account that takes no keys: for tasks, queues and the package of the app, and a second one for the task hub where that is asked for.'

import { resourceTags } from '../types.bicep'

@description('Where the data lies.')
param location string

@description('Name of the account: 3 to 24 lower-case letters and digits, unique in the world.')
@minLength(3)
@maxLength(24)
param name string

@description('Tags of the resource.')
param tags resourceTags

@description('How many copies of the data there are, and where.')
param redundancy string

@description('Names of the containers that are made beforehand.')
param containers string[]

@description('Whether the account is reached through private endpoints alone.')
param isPrivate bool

@description('Whether the account is locked against being deleted.')
param isLocked bool

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: redundancy
  }
  properties: {
    accessTier: 'Hot'
    // Whoever has a key of the account may do everything in it, and nobody can tell who it was. Only identities with a role get in.
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    isLocalUserEnabled: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      // Not a service of Azure either: the app comes through its own network, or with a token over the public endpoint.
      bypass: 'None'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
  }
}

// Durable Functions writes and deletes blobs all day (leases, large messages): what is deleted there is to be gone, and costs nothing more.
resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: {
      enabled: false
    }
    containerDeleteRetentionPolicy: {
      enabled: false
    }
    isVersioningEnabled: false
  }
}

resource blobContainers 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = [
  for container in containers: {
    parent: blobs
    name: container
    properties: {
      publicAccess: 'None'
    }
  }
]

// Tables know no undelete: an account that is deleted by a slip takes every task with it.
resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (isLocked) {
  scope: account
  name: 'keep'
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds all tasks and their history.'
  }
}
