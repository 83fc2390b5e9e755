import { defineCmdlet } from '../cmdlet.ts'

/** Import-PSSession asks for views. We have none: clients show four properties or fewer as a table, more as a list (powershell-remoting section 6.3). */
export const getFormatData = defineCmdlet({
  name: 'Get-FormatData',
  synopsis: {
    en: 'Lists views for objects; there are none.',
    ja: 'オブジェクトの表示形式を返します。定義はありません。',
  },
  roles: 'everyone',
  parameters: {
    TypeName: {
      type: { kind: 'list', of: { kind: 'string' } },
      position: 0,
      help: { en: 'Names of types.', ja: '型名です。' },
    },
    PowerShellVersion: {
      type: { kind: 'object' },
      help: { en: "The client's version; accepted.", ja: 'クライアントのバージョンです。' },
    },
  },
  async *run() {},
})
