using 'main.bicep'

// What azd sets itself, and what differs from one environment to another, is read from variables: `azd env set NAME VALUE`, or `export` for the az CLI.
// What all environments have in common is written down here; all parameters and what they are for: main.bicep.
// A .bicepparam and not a main.parameters.json, as types are checked, and azd and the az CLI (from 2.53) take it alike. azd asks for name, subscription and region.

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')

param instanceMemoryMB = 2048
param maximumInstanceCount = 40
param zoneRedundant = bool(readEnvironmentVariable('ORCHESTRATOR_ZONE_REDUNDANT', 'false'))
param storageRedundancy = readEnvironmentVariable('ORCHESTRATOR_STORAGE_REDUNDANCY', 'Standard_LRS')
param separateTaskHubStorage = bool(readEnvironmentVariable('ORCHESTRATOR_SEPARATE_TASK_HUB_STORAGE', 'false'))
param lockStorage = bool(readEnvironmentVariable('ORCHESTRATOR_LOCK_STORAGE', 'false'))
param privateNetworking = bool(readEnvironmentVariable('ORCHESTRATOR_PRIVATE_NETWORKING', 'false'))

param entraAudience = readEnvironmentVariable('ORCHESTRATOR_ENTRA_AUDIENCE', '')
param useKeyVault = bool(readEnvironmentVariable('ORCHESTRATOR_USE_KEY_VAULT', 'false'))
param firstKeySecretName = readEnvironmentVariable('ORCHESTRATOR_FIRST_KEY_SECRET', '')
param callbackSigningKeySecretName = readEnvironmentVariable('ORCHESTRATOR_CALLBACK_KEY_SECRET', '')
param deployerPrincipalId = readEnvironmentVariable('ORCHESTRATOR_DEPLOYER_PRINCIPAL_ID', '')

param alertEmails = filter(
  map(split(readEnvironmentVariable('ORCHESTRATOR_ALERT_EMAILS', ''), ','), address => trim(address)),
  address => !empty(address)
)
param availabilityTest = bool(readEnvironmentVariable('ORCHESTRATOR_AVAILABILITY_TEST', 'false'))

param allowedHosts = []
param thresholds = {}
param disabledAlerts = []
