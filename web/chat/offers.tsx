import { texts } from '../i18n/language.ts'
import { keep, kept } from '../kept.ts'
import { askPermission, permission } from '../notify/permission.ts'
import { missedForWantOfPermission } from '../notify.ts'
import { Icon } from '../parts/icon.tsx'
import { useApp } from './app-state.ts'
import { passwordPrompt, putOffPassword } from './password-prompt.ts'

/** At most one line of what the person may want to do once; nothing here is urgent, and each can be put off. */
export function Offers() {
  if (passwordPrompt.value) return <OwnPassword />
  const offered = missedForWantOfPermission.value && permission.value === 'default'
  return offered && kept('notify-later') === null ? <Notify /> : null
}

/** The password was made by the server: a prompt, never a refusal (DECISIONS 8). Put off, it comes again with the next sign-in. */
function OwnPassword() {
  const app = useApp()
  const t = texts.value
  return (
    <div class="banner plain" role="status">
      <Icon name="i-info" />
      <p class="grow">
        <b>{t.passwordMade}</b>
        {t.space}
        <span>{t.passwordMadeHelp}</span>
      </p>
      <button type="button" class="small" onClick={() => (app.layer.value = 'password')}>
        {t.changePassword}
      </button>
      <button type="button" class="small bare" onClick={() => putOffPassword(app.connection.session)}>
        {t.later}
      </button>
    </div>
  )
}

/** Offered when something came that nobody saw; the browser is asked by the press, not by us (ux.md 1.2). Put off, it stays in the settings. */
function Notify() {
  const t = texts.value
  return (
    <div class="banner plain" role="status">
      <Icon name="i-info" />
      <p class="grow">
        <b>{t.offerNotify}</b>
        {t.space}
        <span>{t.offerNotifyHelp}</span>
      </p>
      <button type="button" class="small" onClick={() => void askPermission()}>
        {t.turnOn}
      </button>
      <button
        type="button"
        class="small bare"
        onClick={() => {
          keep('notify-later', 'yes')
          missedForWantOfPermission.value = false
        }}
      >
        {t.notNow}
      </button>
    </div>
  )
}
