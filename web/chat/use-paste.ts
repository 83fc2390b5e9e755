import { useSignal } from '@preact/signals'
import { language, texts } from '../i18n/language.ts'

/** A paste that is so many times the limit of a message is not taken at all: the box would only become slow. */
const HOPELESS = 8

/** What is pasted into the message box: text as it is; an image is explained, since it cannot be sent; a text without end is not taken. */
export function usePaste(limit: number): {
  /** What there is to say of the last paste; empty most of the time. */
  readonly said: string
  readonly paste: (event: ClipboardEvent) => void
  /** The box was changed by something else: what was said is over. */
  readonly forget: () => void
} {
  const said = useSignal('')
  return {
    said: said.value,
    forget: () => {
      said.value = ''
    },
    paste: (event) => {
      said.value = ''
      const data = event.clipboardData
      if (!data) return
      const t = texts.value
      const text = data.getData('text/plain')
      if (text === '' && data.files.length > 0) {
        event.preventDefault()
        said.value = t.imageNotTaken
        return
      }
      const size = new TextEncoder().encode(text).length
      if (size <= limit * HOPELESS) return
      event.preventDefault()
      said.value = t.pastedTooLong((size - limit).toLocaleString(language.value))
    },
  }
}
