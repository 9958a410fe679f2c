metadata description = 'A budget of the resource group: it stops nothing, it tells people.'

@description('Name of the budget.')
param name string

@description('What the resource group may cost a month, in the currency of the subscription.')
@minValue(1)
param amount int

@description('First day from which is counted, the first of a month, such as 2026-12-01. Azure lets nobody change it later.')
param startDate string

@description('Who is told by mail; owners of the subscription are in any case.')
param emails string[]

@description('Who else is told. Azure wants an address or a group; roles alone do not count.')
param actionGroupId string

resource budget 'Microsoft.Consumption/budgets@2023-11-01' = {
  name: name
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: {
      startDate: startDate
    }
    notifications: {
      most: {
        enabled: true
        operator: 'GreaterThan'
        thresholdType: 'Actual'
        threshold: 80
        contactEmails: emails
        contactGroups: [
          actionGroupId
        ]
        contactRoles: [
          'Owner'
        ]
      }
      expected: {
        enabled: true
        operator: 'GreaterThan'
        thresholdType: 'Forecasted'
        threshold: 100
        contactEmails: emails
        contactGroups: [
          actionGroupId
        ]
        contactRoles: [
          'Owner'
        ]
      }
    }
  }
}
