import { clock } from '../i18n/dates.ts'
import { texts } from '../i18n/language.ts'
import { Icon } from '../parts/icon.tsx'
import { useApp } from './app-state.ts'

/** One line over the conversation for what concerns the whole page; nothing is lost in any of these cases (ux.md 1.1 row 6). */
export function Banner() {
  const app = useApp()
  const t = texts.value
  const status = app.connection.status.value
  switch (status.kind) {
    case 'offline':
      return (
        <div class="banner" role="status">
          <Icon name="i-no-network" />
          <p class="grow">
            <b>{t.noConnectionSince(clock(status.since, app.reader.value))}</b>
            {t.space}
            <span>{t.noConnectionHelp}</span>
          </p>
          <button type="button" class="small" onClick={app.connection.tryNow}>
            {t.tryNow}
          </button>
        </div>
      )
    case 'ended':
      return (
        <div class="banner stop" role="alert">
          <Icon name="i-warning" />
          <p class="grow">
            <b>{t.sessionEnded}</b>
            {t.space}
            <span>{t.sessionEndedHelp}</span>
          </p>
          <button type="button" class="small" onClick={app.leave}>
            {t.signIn}
          </button>
        </div>
      )
    case 'replaced':
      return (
        <div class="banner stop" role="alert">
          <Icon name="i-warning" />
          <p class="grow">
            <b>{t.replaced}</b>
            {t.space}
            <span>{t.replacedHelp}</span>
          </p>
          <button type="button" class="small" onClick={app.connection.tryNow}>
            {t.continueHere}
          </button>
        </div>
      )
    default:
      return app.outdated.value ? <Outdated /> : null
  }
}

/** The server runs a newer version than this page; nothing is lost by reading it again, and nothing forces it. */
function Outdated() {
  const t = texts.value
  return (
    <div class="banner plain" role="status">
      <Icon name="i-info" />
      <p class="grow">
        <b>{t.updated}</b>
        {t.space}
        <span>{t.updatedHelp}</span>
      </p>
      <button type="button" class="small" onClick={() => location.reload()}>
        {t.reload}
      </button>
    </div>
  )
}
