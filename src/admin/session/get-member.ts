import { isList, psText, psTypeName } from '../../base/ps-text.ts'
import { type PsValue, psObject } from '../../base/ps-value.ts'
import { wildcard } from '../../base/wildcard.ts'
import { enumerated } from '../../codec/powershell/values.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { propertiesOf } from './property-list.ts'

export const getMember = defineCmdlet({
  name: 'Get-Member',
  synopsis: { en: 'Shows which properties an object has.', ja: 'オブジェクトのプロパティを表示します。' },
  roles: 'everyone',
  parameters: {
    Name: {
      type: { kind: 'list', of: { kind: 'string' } },
      position: 0,
      help: { en: 'Names; * matches any text.', ja: 'プロパティ名です。* は任意の文字列に一致します。' },
    },
    MemberType: {
      type: { kind: 'string' },
      help: { en: 'Property and the like.', ja: 'Property などの種類です。' },
    },
    InputObject: {
      type: { kind: 'object' },
      pipeline: ['ByValue'],
      help: { en: 'The object.', ja: 'オブジェクトです。' },
    },
  },
  outputTypes: ['Microsoft.PowerShell.Commands.MemberDefinition'],
  async *stream(invocation, bound, input) {
    const patterns = enumerated(bound.Name ?? []).map(psText)
    const kind = typeof bound.MemberType === 'string' ? bound.MemberType.toLowerCase() : undefined
    const seen = new Set<string>()
    let any = false
    for await (const item of input) {
      any = true
      const typeName = psTypeName(item)
      if (item === null || seen.has(typeName)) continue
      seen.add(typeName)
      if (kind !== undefined && !/^(all|propert.*|noteproperty)$/.test(kind)) continue
      for (const [name, value] of [...propertiesOf(item)].sort(([a], [b]) =>
        a.toLowerCase() < b.toLowerCase() ? -1 : 1,
      )) {
        if (patterns.length > 0 && !patterns.some((pattern) => wildcard(pattern)(name))) continue
        yield psObject('Microsoft.PowerShell.Commands.MemberDefinition', [
          ['TypeName', typeName],
          ['Name', name],
          ['MemberType', 'Property'],
          ['Definition', `${definitionType(value)} ${name} {get;}`],
        ])
      }
    }
    if (any) return
    invocation.error({
      message: 'You must specify an object for the Get-Member cmdlet.',
      category: 'CloseError',
      fullyQualifiedErrorId: 'NoObjectInGetMember,Microsoft.PowerShell.Commands.GetMemberCommand',
      exception: 'System.InvalidOperationException',
    })
  },
})

/** `bool`, `string`, `System.DateTime`: C#'s names where there are any. */
function definitionType(value: PsValue): string {
  if (value === null) return 'System.Object'
  if (isList(value)) return 'System.Object[]'
  const known: Readonly<Record<string, string>> = {
    'System.String': 'string',
    'System.Boolean': 'bool',
    'System.Int32': 'int',
    'System.Int64': 'long',
    'System.Double': 'double',
    'System.DateTime': 'datetime',
    'System.TimeSpan': 'timespan',
    'System.Guid': 'guid',
  }
  const name = psTypeName(value)
  return known[name] ?? name
}
