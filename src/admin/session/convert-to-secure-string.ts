import { psText } from '../../base/ps-text.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { scriptError } from './block.ts'

export const convertToSecureString = defineCmdlet({
  name: 'ConvertTo-SecureString',
  synopsis: {
    en: 'Makes a secure string of a text, for -Password.',
    ja: '-Password に渡すセキュア文字列を作成します。',
  },
  roles: 'everyone',
  parameters: {
    String: {
      type: { kind: 'string' },
      position: 0,
      mandatory: true,
      pipeline: ['ByValue'],
      help: { en: 'The text.', ja: '文字列です。' },
    },
    AsPlainText: {
      type: { kind: 'switch' },
      help: { en: 'The text is the secret itself.', ja: '文字列がそのまま秘密の値であることを示します。' },
    },
    Force: {
      type: { kind: 'switch' },
      help: { en: 'Says that this is meant.', ja: '意図した操作であることを示します。' },
    },
  },
  outputTypes: ['System.Security.SecureString'],
  async *run(_invocation, bound) {
    if (bound.AsPlainText !== true)
      throw scriptError(
        'Only plain text can be made a secure string here; add -AsPlainText -Force.',
        'ImportSecureString_InvalidArgument',
        'InvalidArgument',
      )
    yield { kind: 'secure', text: psText(bound.String ?? '') }
  },
})
