import type { Cmdlet, Parameter } from './cmdlet.ts'

const ACTIONS = ['SilentlyContinue', 'Stop', 'Continue', 'Inquire', 'Ignore', 'Suspend', 'Break'] as const
const preference = (alias: string, en: string, ja: string): Parameter => ({
  type: { kind: 'enum', typeName: 'System.Management.Automation.ActionPreference', values: ACTIONS },
  aliases: [alias],
  help: { en, ja },
})
const variable = (alias: string, en: string, ja: string): Parameter => ({
  type: { kind: 'string' },
  aliases: [alias],
  help: { en, ja },
})
const toggle = (alias: string, en: string, ja: string): Parameter => ({
  type: { kind: 'switch' },
  aliases: [alias],
  help: { en, ja },
})

/** What every command takes (about_CommonParameters); Get-Command must publish all of them (powershell-remoting section 6.2). */
export const COMMON_PARAMETERS: Readonly<Record<string, Parameter>> = {
  Verbose: toggle('vb', 'Shows what the command does.', 'コマンドの動作を詳しく表示します。'),
  Debug: toggle(
    'db',
    'Accepted; there is no debug output.',
    '受け付けますが、デバッグ メッセージはありません。',
  ),
  ErrorAction: preference('ea', 'What happens after an error.', 'エラーの後の動作です。'),
  WarningAction: preference('wa', 'What happens with a warning.', '警告の扱いです。'),
  InformationAction: preference('infa', 'What happens with information.', '情報メッセージの扱いです。'),
  ProgressAction: preference('proga', 'What happens with progress.', '進行状況の扱いです。'),
  ErrorVariable: variable('ev', 'Variable that takes the errors.', 'エラーを受け取る変数です。'),
  WarningVariable: variable('wv', 'Variable that takes the warnings.', '警告を受け取る変数です。'),
  InformationVariable: variable('iv', 'Variable that takes information.', '情報を受け取る変数です。'),
  OutVariable: variable('ov', 'Variable that takes the output.', '出力を受け取る変数です。'),
  OutBuffer: {
    type: { kind: 'integer', bits: 32, min: 0 },
    aliases: ['ob'],
    help: {
      en: 'Accepted; output is never held back.',
      ja: '受け付けますが、出力は常にすぐに渡されます。',
    },
  },
  PipelineVariable: variable(
    'pv',
    'Variable that takes the current object.',
    '現在のオブジェクトを受け取る変数です。',
  ),
}

/** What every command takes that changes something. */
export const SHOULD_PROCESS_PARAMETERS: Readonly<Record<string, Parameter>> = {
  WhatIf: toggle(
    'wi',
    'Says what would happen and changes nothing.',
    '変更せずに、行われる内容を表示します。',
  ),
  Confirm: toggle('cf', 'Asks before each change.', '変更の前に確認します。'),
}

/** The cmdlet's own parameters and the common ones, by name. */
export function allParameters(cmdlet: Cmdlet): Readonly<Record<string, Parameter>> {
  return {
    ...cmdlet.parameters,
    ...COMMON_PARAMETERS,
    ...(cmdlet.supportsShouldProcess ? SHOULD_PROCESS_PARAMETERS : {}),
  }
}
