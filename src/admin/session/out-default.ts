import { psText } from '../../base/ps-text.ts'
import { type PsValue, property } from '../../base/ps-value.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { createFormatter } from '../format.ts'
import { createPause } from '../pause.ts'
import { isObject } from './property-list.ts'

const ERROR_RECORD = 'System.Management.Automation.ErrorRecord'

/**
 * The end of every line typed in Enter-PSSession: a console there shows host calls only, so the text is made here (powershell-remoting
 * section 7.5). A client sends the error of a failed line back to be shown; of that only the message is printed.
 */
export const outDefault = defineCmdlet({
  name: 'Out-Default',
  synopsis: { en: "Shows objects on the client's screen.", ja: 'オブジェクトを画面に表示します。' },
  roles: 'everyone',
  parameters: {
    InputObject: {
      type: { kind: 'object' },
      pipeline: ['ByValue'],
      help: { en: 'The object.', ja: 'オブジェクトです。' },
    },
    Transcript: {
      type: { kind: 'switch' },
      help: { en: 'Accepted without effect.', ja: '受け付けますが、効果はありません。' },
    },
  },
  async *stream(invocation, _bound, input) {
    const formatter = createFormatter({ width: invocation.width })
    const pause = createPause()
    const show = async (text: string): Promise<void> => {
      if (text === '') return
      for (const line of text.replace(/\n$/, '').split('\n')) {
        invocation.host(line)
        if (!pause.due()) continue
        // Lines go no faster than the screen takes them.
        await invocation.flush()
        await pause.rest()
      }
    }
    for await (const item of input) {
      const failed = errorOf(item)
      if (failed === undefined) await show(formatter.push(item))
      else {
        await show(formatter.end())
        if (failed !== '') invocation.host(failed, 'error')
      }
    }
    await show(formatter.end())
    yield* []
  },
})

/** The message of an error record that came as an object; '' for a stopped line, which is no news; undefined for anything else. */
function errorOf(item: PsValue): string | undefined {
  if (!isObject(item) || item.typeNames[0] !== ERROR_RECORD) return undefined
  const id = psText(property(item, 'FullyQualifiedErrorId') ?? '')
  return id === 'PipelineStopped' ? '' : (item.text ?? '')
}
