import { texts } from '../../i18n/language.ts'
import { askPermission, permission } from '../../notify/permission.ts'
import { playTone } from '../../notify/sound.ts'
import { notifyHere, soundHere } from '../../switches.ts'
import { useApp } from '../app-state.ts'
import { Choose, Group, Switch } from './fields.tsx'
import { Quiet } from './quiet-hours.tsx'
import type { Save } from './save.ts'

/** What happens when a message comes and nobody looks (ux.md 1.2). */
export function Notifications({ save }: { save: Save }) {
  const t = texts.value
  const { settings } = useApp().connection.state.value
  return (
    <Group title={t.settingsNotifications} help={t.notifyNever}>
      <Here />
      <Choose
        label={t.notifyContent}
        value={settings.notifications}
        options={[
          ['full', t.notifyFull],
          ['sender', t.notifySender],
          ['none', t.notifyNone],
        ]}
        change={(value) => save({ notifications: value === 'sender' || value === 'none' ? value : 'full' })}
      />
      <Switch
        label={t.sound}
        help={`${t.soundHelp}${t.space}${t.onThisDevice}`}
        on={soundHere.on.value}
        change={(on) => {
          soundHere.set(on)
          // One hears what one has turned on; it also lets the browser play later ones.
          if (on) playTone()
        }}
      />
      <Quiet save={save} />
    </Group>
  )
}

/** The browser is asked by this press, after the line beside it has said what for. */
function Here() {
  const t = texts.value
  const state = permission.value
  const help = {
    granted: `${t.notifyWhatFor}${t.space}${t.onThisDevice}`,
    default: `${t.notifyWhatFor}${t.space}${t.onThisDevice}`,
    denied: t.notifyDenied(location.host),
    unsupported: t.notifyUnsupported,
  }[state]
  return (
    <Switch
      label={t.notifyHere}
      help={help}
      on={state === 'granted' && notifyHere.on.value}
      disabled={state === 'denied' || state === 'unsupported'}
      change={(on) => {
        notifyHere.set(on)
        if (on) void askPermission()
      }}
    />
  )
}
