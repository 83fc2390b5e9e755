import { isList } from '../../base/ps-text.ts'
import type { PsScriptBlock, PsValue } from '../../base/ps-value.ts'
import { memberOf } from '../../codec/powershell/evaluate.ts'
import { enumerated } from '../../codec/powershell/values.ts'
import { defineCmdlet } from '../cmdlet.ts'
import { evaluationFailure, memberName, openBlock } from './block.ts'

export const forEachObject = defineCmdlet({
  name: 'ForEach-Object',
  synopsis: {
    en: 'Runs a block, or takes one property, for each object.',
    ja: 'オブジェクトごとにブロックを実行するか、プロパティを取り出します。',
  },
  roles: 'everyone',
  defaultSet: 'Block',
  parameters: {
    Process: {
      type: { kind: 'list', of: { kind: 'scriptBlock' } },
      position: 0,
      sets: ['Block'],
      help: {
        en: 'Run for each object; $_ is the object.',
        ja: 'オブジェクトごとに実行します。$_ がオブジェクトを表します。',
      },
    },
    Begin: {
      type: { kind: 'scriptBlock' },
      sets: ['Block'],
      help: { en: 'Run before the first object.', ja: '最初のオブジェクトの前に実行します。' },
    },
    End: {
      type: { kind: 'scriptBlock' },
      sets: ['Block'],
      help: { en: 'Run after the last object.', ja: '最後のオブジェクトの後に実行します。' },
    },
    MemberName: {
      type: { kind: 'string' },
      position: 0,
      sets: ['Member'],
      help: { en: 'The property to take.', ja: '取り出すプロパティです。' },
    },
    InputObject: {
      type: { kind: 'object' },
      pipeline: ['ByValue'],
      help: { en: 'The object.', ja: 'オブジェクトです。' },
    },
  },
  async *stream(invocation, bound, input) {
    const processes = (isList(bound.Process ?? null) ? (bound.Process as readonly PsValue[]) : []).filter(
      isBlock,
    )
    const member = typeof bound.MemberName === 'string' ? bound.MemberName : only(processes)
    const blocks = member === undefined ? processes.map(openBlock) : []
    const values = async (block: (item: PsValue) => Promise<readonly PsValue[]>, item: PsValue) => {
      try {
        return await block(item)
      } catch (error) {
        throw evaluationFailure(error)
      }
    }
    if (isBlock(bound.Begin ?? null)) yield* await values(openBlock(bound.Begin as PsScriptBlock), null)
    for await (const item of input) {
      if (invocation.signal.aborted) return
      if (member !== undefined) yield* enumerated(memberOf(item, member))
      for (const block of blocks) yield* await values(block, item)
    }
    if (isBlock(bound.End ?? null)) yield* await values(openBlock(bound.End as PsScriptBlock), null)
  },
})

function isBlock(value: PsValue): value is PsScriptBlock {
  return value !== null && typeof value === 'object' && !isList(value) && value.kind === 'scriptBlock'
}

function only(blocks: readonly PsScriptBlock[]): string | undefined {
  const [first] = blocks
  return first && blocks.length === 1 ? memberName(first) : undefined
}
