import { psObject } from '../../base/ps-value.ts'
import { defineCmdlet } from '../cmdlet.ts'

/** Administrators look at its Version before they begin (admin-tasks A1). */
export const getHost = defineCmdlet({
  name: 'Get-Host',
  synopsis: { en: 'Shows what runs the commands.', ja: 'コマンドを実行するホストを表示します。' },
  roles: 'everyone',
  hidden: true,
  parameters: {},
  async *run({ language, ports }) {
    yield psObject(
      'System.Management.Automation.Internal.Host.InternalHost',
      [
        ['Name', 'Nightpost'],
        ['Version', { kind: 'version', text: '5.1' }],
        ['InstanceId', { kind: 'guid', text: ports.facts.tenantId() }],
        ['CurrentCulture', language === 'ja' ? 'ja-JP' : 'en-US'],
        ['CurrentUICulture', language === 'ja' ? 'ja-JP' : 'en-US'],
        ['IsRunspacePushed', false],
      ],
      'Nightpost',
    )
  },
})
