metadata description = 'A Key Vault: for secrets of tasks and the key that signs callbacks, or for the first API key. It is made empty: values are put in by people, never by a deployment.'

import { resourceTags } from '../types.bicep'

@description('Where the vault lies.')
param location string

@description('Name of the vault: 3 to 24 letters, digits and hyphens, unique in the world.')
@minLength(3)
@maxLength(24)
param name string

@description('Tags of the resource.')
param tags resourceTags

@description('Whether the vault is reached through a private endpoint alone.')
param isPrivate bool

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    // Roles say who reads and who writes; access policies would be a second list beside them.
    enableRbacAuthorization: true
    enableSoftDelete: true
    // Cannot be changed later. A month to notice that a vault was deleted; no longer, as nobody, not even an owner, can empty it sooner.
    softDeleteRetentionInDays: 30
    enablePurgeProtection: true
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
  }
}
