metadata description = 'An identity of the deployment: what the app, or the alert rules, are to other services. It has no password, so there is none to keep or to rotate.'

import { resourceTags } from '../types.bicep'

@description('Where the identity is kept.')
param location string

@description('Name of the identity.')
param name string

@description('Tags of the resource.')
param tags resourceTags

// Assigned by us and not by the system: it is there before the app, so that its roles are too when the app first starts.
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}
