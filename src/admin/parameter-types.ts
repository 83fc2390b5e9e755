import type { Parameter, ParameterType } from './cmdlet.ts'

/** .NET name of a parameter's type, for Get-Command, help and the messages of a failed conversion. */
export function parameterTypeName(parameter: Parameter): string {
  if (parameter.typeName !== undefined) return parameter.typeName
  const name = typeNameOf(parameter.type)
  return parameter.nullable === true && VALUE_TYPES.has(parameter.type.kind)
    ? `System.Nullable\`1[${name}]`
    : name
}

const VALUE_TYPES = new Set<ParameterType['kind']>([
  'boolean',
  'integer',
  'double',
  'date',
  'timespan',
  'guid',
  'enum',
])

/** .NET name of the type itself, without Nullable. */
export function typeNameOf(type: ParameterType): string {
  switch (type.kind) {
    case 'string':
      return 'System.String'
    case 'boolean':
      return 'System.Boolean'
    case 'switch':
      return 'System.Management.Automation.SwitchParameter'
    case 'integer':
      return `System.${type.unsigned ? 'U' : ''}Int${type.bits}`
    case 'double':
      return 'System.Double'
    case 'date':
      return 'System.DateTime'
    case 'timespan':
      return 'System.TimeSpan'
    case 'guid':
      return 'System.Guid'
    case 'uri':
      return 'System.Uri'
    case 'enum':
      return type.typeName
    case 'secureString':
      return 'System.Security.SecureString'
    case 'credential':
      return 'System.Management.Automation.PSCredential'
    case 'unlimited':
      return 'Microsoft.Rtc.Management.ADConnect.Core.Unlimited`1[System.UInt32]'
    case 'user':
      return 'Microsoft.Rtc.Management.AD.UserIdParameter'
    case 'identity':
      return 'Microsoft.Rtc.Management.Xds.XdsIdentity'
    case 'listModifier':
      return 'System.Management.Automation.PSListModifier'
    case 'list':
      return `${typeNameOf(type.of)}[]`
    case 'scriptBlock':
      return 'System.Management.Automation.ScriptBlock'
    case 'hashtable':
      return 'System.Collections.Hashtable'
    case 'object':
      return 'System.Management.Automation.PSObject'
  }
}
