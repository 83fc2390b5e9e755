import { askToWatchDevice, canWatchDevice, watchRefused } from '../../device-activity.ts'
import { texts } from '../../i18n/language.ts'
import { deviceActivity } from '../../switches.ts'
import { Group, Switch } from './fields.tsx'

/** Left out where the browser cannot do it. */
export function PresenceSettings() {
  const t = texts.value
  if (!canWatchDevice()) return null
  return (
    <Group title={t.settingsPresence}>
      <Switch
        label={t.deviceActivity}
        help={
          watchRefused.value ? t.deviceActivityDenied : `${t.deviceActivityHelp}${t.space}${t.onThisDevice}`
        }
        on={deviceActivity.on.value}
        change={(on) => {
          if (on) void askToWatchDevice()
          else deviceActivity.set(false)
        }}
      />
    </Group>
  )
}
