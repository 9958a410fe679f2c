metadata description = 'Where logs, traces and metrics go: a workspace, and the Application Insights component in front of it.'

import { resourceTags } from '../types.bicep'

@description('Where the data lies.')
param location string

@description('Name of the workspace.')
param workspaceName string

@description('Name of the Application Insights component.')
param insightsName string

@description('Tags of the resources.')
param tags resourceTags

@description('How long data is kept, in days. The first 31 cost nothing.')
@minValue(30)
@maxValue(730)
param retentionDays int

@description('Most gigabytes a day that are taken in; what comes after is lost until the next day. -1 for no limit.')
param dailyQuotaGb int

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: retentionDays
    workspaceCapping: {
      dailyQuotaGb: dailyQuotaGb
    }
    features: {
      // Who may read the app's logs is said by roles on its resources.
      enableLogAccessUsingOnlyResourcePermissions: true
      // No agent writes here by a key.
      disableLocalAuth: true
    }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    IngestionMode: 'LogAnalytics'
    WorkspaceResourceId: workspace.id
    // The connection string alone lets nobody write: the app shows a token of its identity.
    DisableLocalAuth: true
  }
}
