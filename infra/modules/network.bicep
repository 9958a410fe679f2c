metadata description = 'A network for the app, with private endpoints for storage and vault in it: the data is then reached from nowhere else.'

import { furtherSubnet, resourceTags } from '../types.bicep'

@description('Where the network lies: the region of the app.')
param location string

@description('Name of the network.')
param name string

@description('Tags of the resources.')
param tags resourceTags

@description('Addresses of the network, a /16 to /24 that overlaps with none it is to be connected to.')
param addressPrefix string

@description('Further parts of the network, for machines that are to reach storage and vault.')
param furtherSubnets furtherSubnet[]

@description('Names of the storage accounts to be reached.')
param storageAccountNames string[]

@description('Names of the vaults to be reached.')
param vaultNames string[]

var appSubnet = 'app'
var endpointSubnet = 'endpoints'

var storageServices = ['blob', 'queue', 'table']
var vaultZone = 'privatelink.vaultcore.azure.net'
var zoneNames = concat(
  map(storageServices, service => 'privatelink.${service}.${environment().suffixes.storage}'),
  empty(vaultNames) ? [] : [vaultZone]
)

var storageEndpoints = flatten(map(
  storageAccountNames,
  account =>
    map(storageServices, service => {
      name: 'pe-${account}-${service}'
      targetId: resourceId('Microsoft.Storage/storageAccounts', account)
      group: service
      zone: 'privatelink.${service}.${environment().suffixes.storage}'
    })
))
var vaultEndpoints = map(vaultNames, vault => {
  name: 'pe-${vault}'
  targetId: resourceId('Microsoft.KeyVault/vaults', vault)
  group: 'vault'
  zone: vaultZone
})
var endpoints = concat(storageEndpoints, vaultEndpoints)

var ownSubnets = [
  {
    name: appSubnet
    properties: {
      // Flex Consumption puts instances of the app here; 59 addresses are for some thousand of them, as they share addresses.
      addressPrefix: cidrSubnet(addressPrefix, 26, 0)
      delegations: [
        {
          name: 'functions'
          properties: {
            serviceName: 'Microsoft.App/environments'
          }
        }
      ]
    }
  }
  {
    name: endpointSubnet
    properties: {
      addressPrefix: cidrSubnet(addressPrefix, 26, 1)
      privateEndpointNetworkPolicies: 'Disabled'
    }
  }
]

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: {
      addressPrefixes: [
        addressPrefix
      ]
    }
    // All of them stand here: a deployment deletes those that do not.
    subnets: concat(ownSubnets, map(furtherSubnets, subnet => {
      name: subnet.name
      properties: {
        addressPrefix: subnet.addressPrefix
      }
    }))
  }
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zoneName in zoneNames: {
    name: zoneName
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zoneName, index) in zoneNames: {
    parent: zones[index]
    name: name
    location: 'global'
    tags: tags
    properties: {
      virtualNetwork: {
        id: network.id
      }
      registrationEnabled: false
    }
  }
]

// One after the other: two at once for one account are refused, as each takes it for itself.
@batchSize(1)
resource privateEndpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [
  for endpoint in endpoints: {
    name: endpoint.name
    location: location
    tags: tags
    properties: {
      subnet: {
        id: '${network.id}/subnets/${endpointSubnet}'
      }
      privateLinkServiceConnections: [
        {
          name: endpoint.name
          properties: {
            privateLinkServiceId: endpoint.targetId
            groupIds: [
              endpoint.group
            ]
          }
        }
      ]
    }
  }
]

// Writes the addresses of the endpoints into the zones, and takes them out again with the endpoint.
resource zoneGroups 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [
  for (endpoint, index) in endpoints: {
    parent: privateEndpoints[index]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: endpoint.group
          properties: {
            privateDnsZoneId: resourceId('Microsoft.Network/privateDnsZones', endpoint.zone)
          }
        }
      ]
    }
    dependsOn: [
      zones
      links
    ]
  }
]

@description('Subnet that the app is put into.')
output appSubnetId string = '${network.id}/subnets/${appSubnet}'
