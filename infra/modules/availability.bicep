metadata description = 'Asks the app from outside whether it can do tasks, as a caller would: the only look at it that does not depend on the app itself.'

import { resourceTags } from '../types.bicep'

@description('Where the test is kept: the region of the Application Insights component.')
param location string

@description('Name of the test and of its alert.')
param name string

@description('Tags of the resources.')
param tags resourceTags

@description('Host name of the app.')
param hostName string

@description('Name of the Application Insights component that keeps the results.')
param insightsName string

@description('Id of the action group that is told.')
param actionGroupId string

@description('Places that must fail at a time before the alert is raised.')
param failedLocations int

@description('Whether the alert is raised.')
param isEnabled bool

// West Europe, East US, Southeast Asia, UK South and West US, by the names that tests have for them.
var locations = ['emea-nl-ams-azr', 'us-va-ash-azr', 'apac-sg-sin-azr', 'emea-ru-msa-edge', 'us-ca-sjc-azr']

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource test 'Microsoft.Insights/webtests@2022-06-15' = {
  name: name
  location: location
  // The tag is how Application Insights finds its tests.
  tags: union(tags, { 'hidden-link:${insights.id}': 'Resource' })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: name
    Name: name
    Description: 'The app answers, its storage answers, and its task hub works.'
    Enabled: true
    Kind: 'standard'
    Frequency: 300
    Timeout: 30
    // A single request that was lost is no news.
    RetryEnabled: true
    Locations: map(locations, place => {
      Id: place
    })
    Request: {
      // Not health/live: a process that answers while its storage does not is of no use to a caller.
      RequestUrl: 'https://${hostName}/api/health/ready'
      HttpVerb: 'GET'
      FollowRedirects: false
      ParseDependentRequests: false
    }
    ValidationRules: {
      ExpectedHttpStatusCode: 200
      SSLCheck: true
      SSLCertRemainingLifetimeCheck: 7
    }
  }
}

resource unavailable 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: name
  location: 'global'
  tags: tags
  properties: {
    description: 'The app does not say that it is ready when asked from outside. What to do: docs/operations/runbook.md#not-available'
    severity: 1
    enabled: isEnabled
    scopes: [
      test.id
      insights.id
    ]
    evaluationFrequency: 'PT1M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: test.id
      componentId: insights.id
      failedLocationCount: failedLocations
    }
    autoMitigate: true
    actions: [
      {
        actionGroupId: actionGroupId
      }
    ]
  }
}
