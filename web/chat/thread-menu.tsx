import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { fieldDay, startOfDay } from '../i18n/dates.ts'
import { texts } from '../i18n/language.ts'
import { Icon } from '../parts/icon.tsx'
import { usePopover } from '../parts/popover.ts'
import { now, useApp } from './app-state.ts'

/** What else there is to do in a conversation: to go to a day of it, or to its beginning (ux.md 1.2, History). */
export function ThreadMenu({
  toDay,
  toBeginning,
}: {
  toDay: (from: number) => void
  toBeginning: () => void
}) {
  const app = useApp()
  const t = texts.value
  const reader = app.reader.value
  const id = useId()
  const { isOpen, button, panel, close } = usePopover()
  const field = useRef<HTMLInputElement>(null)
  // After the layer has noted where the focus was.
  useLayoutEffect(() => {
    if (isOpen.value) field.current?.focus()
  }, [isOpen.value])
  const jump = (event: Event): void => {
    event.preventDefault()
    const from = startOfDay(field.current?.value ?? '', reader)
    if (from === undefined) {
      field.current?.focus()
      return
    }
    close()
    toDay(from)
  }
  return (
    <div class="thread-menu">
      <button
        ref={button}
        type="button"
        class="bare icon"
        aria-haspopup="dialog"
        aria-expanded={isOpen.value}
        aria-label={t.conversationMenu}
        title={t.conversationMenu}
        onClick={() => (isOpen.value = !isOpen.value)}
      >
        <Icon name="i-more" />
      </button>
      {isOpen.value && (
        <div ref={panel} class="pop thread-pop" role="dialog" aria-label={t.conversationMenu}>
          <form class="pad" onSubmit={jump}>
            <label class="label" for={id}>
              {t.jumpToDate}
            </label>
            <div class="row">
              <input
                ref={field}
                id={id}
                class="input"
                type="date"
                required
                max={fieldDay(now.value, reader)}
              />
              <button type="submit" class="main">
                {t.jump}
              </button>
            </div>
          </form>
          <hr />
          <button
            type="button"
            class="choice"
            onClick={() => {
              close()
              toBeginning()
            }}
          >
            <Icon name="i-history" />
            <span>{t.jumpToFirst}</span>
          </button>
        </div>
      )}
    </div>
  )
}
