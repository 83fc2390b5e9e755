import { useEffect } from 'preact/hooks'
import { Refused } from '../../ucwa/http.ts'
import { useApp } from '../app-state.ts'
import type { Found } from './people-found.ts'

/** Typing rests so long before the directory is asked. */
const REST_MS = 180
/** From here on the picker says that it searches (design README section 10). */
const SAY_MS = 400
/** Without an answer the question is asked again after so long; a 429 says itself when. */
const AGAIN_MS = 3000

/**
 * Asks the directory once typing rests; an answer that was overtaken is dropped. A directory that is busy (429) is asked again when it
 * says, without a word; one that does not answer is asked again while the picker is open, and meanwhile the people known here are shown.
 */
export function useSearch(query: string, isOpen: boolean, show: (found: Found) => void): void {
  const app = useApp()
  const status = app.connection.status.value.kind
  useEffect(() => {
    const wanted = query.trim()
    if (!isOpen || wanted === '') {
      show({ kind: 'nothingTyped' })
      return
    }
    let overtaken = false
    let timer: ReturnType<typeof setTimeout>
    const slow = setTimeout(() => show({ kind: 'searching' }), SAY_MS)
    const ask = async (): Promise<void> => {
      try {
        const { found, more } = await app.desk.search(wanted)
        if (overtaken) return
        clearTimeout(slow)
        const own = app.connection.state.value.own.uri
        show({ kind: 'people', people: found.filter((uri) => uri !== own), more, for: wanted })
      } catch (error) {
        if (overtaken) return
        const busy = error instanceof Refused && error.status === 429
        if (!busy) {
          clearTimeout(slow)
          show({ kind: 'local', offline: app.connection.status.value.kind === 'offline', for: wanted })
        }
        const wait = error instanceof Refused ? error.retryAfter : undefined
        timer = setTimeout(() => void ask(), wait === undefined ? AGAIN_MS : wait * 1000)
      }
    }
    timer = setTimeout(() => void ask(), REST_MS)
    return () => {
      overtaken = true
      clearTimeout(timer)
      clearTimeout(slow)
    }
  }, [query, isOpen, status])
}
