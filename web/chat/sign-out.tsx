import { texts } from '../i18n/language.ts'
import { unsent } from '../outbox.ts'
import { Question } from '../parts/question.tsx'
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
    <Question
      title={t.signOutHead}
      act={t.signOut}
      keep={t.staySignedIn}
      run={() => void leaveOrAsk(app, true)}
      close={close}
    >
      <p>{t.signOutText(unsent(app.outbox.items.value).length)}</p>
    </Question>
  )
}
