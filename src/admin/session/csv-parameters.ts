import type { PsErrorRecord, PsValue } from '../../base/ps-value.ts'
import type { FileAnswer, Parameter } from '../cmdlet.ts'

/** `-Delimiter`. */
export const DELIMITER: Parameter = {
  type: { kind: 'string', pattern: '^[^"\\r\\n]$' },
  position: 1,
  help: {
    en: 'The character between cells. Without it a comma; a file with semicolons is read too.',
    ja: 'セルを区切る文字です。省略時はコンマです。セミコロン区切りのファイルも読み込めます。',
  },
}

/** `-Encoding`. */
export const ENCODING: Parameter = {
  type: { kind: 'enum', typeName: 'System.Text.Encoding', values: ['UTF8', 'UTF8NoBOM', 'UTF8BOM'] },
  help: {
    en: 'UTF8 (the default) or UTF8BOM, with the mark by which Excel knows it. Both are read.',
    ja: 'UTF8 (既定値) または UTF8BOM (Excel が判別できる BOM 付き) です。読み込みはどちらにも対応します。',
  },
}

/** `-NoTypeInformation`. */
export const NO_TYPE_INFORMATION: Parameter = {
  type: { kind: 'switch' },
  aliases: ['NTI'],
  help: {
    en: 'Accepted; there is never a line with the type.',
    ja: '受け付けます。型の行は出力しません。',
  },
}

/** Why a file was not opened, as PowerShell's Export-Csv and Import-Csv say it. */
export function fileError(
  { why, message }: Extract<FileAnswer, { ok: false }>,
  path: string,
  commandClass: string,
): Omit<PsErrorRecord, 'activity'> {
  const exists = why === 'exists'
  return {
    message,
    category: exists ? 'ResourceExists' : 'OpenError',
    fullyQualifiedErrorId: `${exists ? 'NoClobber' : 'FileOpenFailure'},Microsoft.PowerShell.Commands.${commandClass}`,
    exception: why === 'missing' ? 'System.IO.FileNotFoundException' : 'System.IO.IOException',
    target: path,
  }
}

/** What an enum parameter was given. */
export function enumName(value: PsValue | undefined): string {
  if (typeof value === 'string') return value
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'enum'
    ? value.name
    : ''
}
