import { useSignal } from '@preact/signals'
import { texts } from '../../i18n/language.ts'
import { isConverting } from '../../parts/layers.ts'
import { useApp } from '../app-state.ts'

/** What one says of oneself: the note, and where one is. Each is kept for itself. */
export function OwnWords({ failed }: { failed: { value: boolean } }) {
  const app = useApp()
  const t = texts.value
  const { note, location } = app.connection.state.value.own
  return (
    <>
      <Words
        id="note"
        label={t.noteForOthers}
        most={200}
        said={note}
        save={(text) => app.desk.setNote(text)}
        failed={failed}
      />
      <Words
        id="location"
        label={t.locationForOthers}
        most={60}
        said={location}
        save={(text) => app.desk.setLocation(text)}
        failed={failed}
      />
    </>
  )
}

function Words(props: {
  id: string
  label: string
  /** As many characters as the server takes (ucwa.md 6.3). */
  most: number
  said: string | undefined
  save: (text: string) => Promise<void>
  failed: { value: boolean }
}) {
  const t = texts.value
  const text = useSignal(props.said ?? '')
  const saved = useSignal(false)
  const save = async (event: Event): Promise<void> => {
    event.preventDefault()
    try {
      await props.save(text.value.trim())
      saved.value = true
      props.failed.value = false
    } catch {
      props.failed.value = true
    }
  }
  return (
    <form class="field" onSubmit={(event) => void save(event)}>
      <label for={props.id}>{props.label}</label>
      <span class="row">
        <input
          class="input"
          id={props.id}
          type="text"
          maxLength={props.most}
          dir="auto"
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value
            saved.value = false
          }}
          onKeyDown={(event) => isConverting(event) && event.stopPropagation()}
        />
        <button type="submit" class={saved.value ? 'small' : 'main small'}>
          {saved.value ? t.saved : t.saveNote}
        </button>
      </span>
    </form>
  )
}
