import { texts } from '../../i18n/language.ts'
import { Icon } from '../../parts/icon.tsx'
import { useApp } from '../app-state.ts'
import { backToList } from './back-to-list.ts'

/** What was just done, with the way back; it stands until the next act or until it is closed, however slowly somebody reads. */
export function DoneLine() {
  const { done } = useApp().contacts
  const t = texts.value
  const what = done.value
  return (
    <div class="done" role="status">
      {what && (
        <>
          <p class={what.failed ? 'stop' : undefined}>{what.text}</p>
          {what.act && (
            <button
              type="button"
              class="link"
              onClick={() => {
                backToList()
                what.act?.run()
              }}
            >
              {what.act.label}
            </button>
          )}
          <button
            type="button"
            class="bare icon small"
            aria-label={t.close}
            onClick={() => {
              backToList()
              done.value = undefined
            }}
          >
            <Icon name="i-close" small />
          </button>
        </>
      )}
    </div>
  )
}
