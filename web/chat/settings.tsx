import { texts } from '../i18n/language.ts'
import { Dialog } from '../parts/dialog.tsx'
import { useApp } from './app-state.ts'
import { PrivacyList } from './contacts/privacy.tsx'
import { Group } from './settings/fields.tsx'
import { General } from './settings/general.tsx'
import { Messages } from './settings/messages.tsx'
import { Notifications } from './settings/notifications.tsx'
import { PresenceSettings } from './settings/presence.tsx'
import { useSave } from './settings/save.ts'

/** Everything a person sets (ucwa.md section 15); kept with the account unless a line says that it is of this device. */
export function Settings() {
  const app = useApp()
  const t = texts.value
  const { save, failed } = useSave()
  const close = (): void => {
    app.layer.value = undefined
  }
  return (
    <Dialog
      title={t.settings}
      close={close}
      footer={
        <>
          {failed.value && (
            <p class="small stop grow" role="alert">
              {t.notSaved}
            </p>
          )}
          <button type="button" onClick={() => (app.layer.value = 'shortcuts')}>
            {t.shortcuts}
          </button>
          <button type="button" class="main" onClick={close}>
            {t.done}
          </button>
        </>
      }
    >
      <p class="small quiet">{t.onAllDevices}</p>
      <General save={save} />
      <Messages save={save} />
      <Notifications save={save} />
      <PresenceSettings />
      <PrivacyList />
      <Group title={t.settingsAccount}>
        <div class="row wrap">
          <button type="button" onClick={() => (app.layer.value = 'devices')}>
            {t.devices}
          </button>
          <button type="button" onClick={() => (app.layer.value = 'password')}>
            {t.changePassword}
          </button>
        </div>
      </Group>
    </Dialog>
  )
}
