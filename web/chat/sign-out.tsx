import { texts } from '../i18n/language.ts'
import { unsent } from '../outbox.ts'
import { Dialog } from '../parts/dialog.tsx'
import { leaveOrAsk } from './app.tsx'
import { useApp } from './app-state.ts'

/** Asked only where something has not left this device (ucwa.md section 15). Nothing is lost either way. */
export function SignOutQuestion() {
  const app = useApp()
  const t = texts.value
  const close = (): void => {
    app.layer.value = undefined
  }
  return (
    <Dialog
      title={t.signOutHead}
      role="alertdialog"
      close={close}
      footer={
        <>
          <button type="button" onClick={() => void leaveOrAsk(app, true)}>
            {t.signOut}
          </button>
          <button type="button" class="main" data-first onClick={close}>
            {t.staySignedIn}
          </button>
        </>
      }
    >
      <p>{t.signOutText(unsent(app.outbox.items.value).length)}</p>
    </Dialog>
  )
}
