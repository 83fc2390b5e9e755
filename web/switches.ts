import { type ReadonlySignal, signal } from '@preact/signals'
import { keep, kept } from './kept.ts'

/** A switch of this device alone: speakers, permissions and keyboards differ from device to device. */
export interface DeviceSwitch {
  readonly on: ReadonlySignal<boolean>
  set(on: boolean): void
}

/** Remembered under `name`; other tabs of this browser follow at once. */
function deviceSwitch(name: string, otherwise: boolean): DeviceSwitch {
  const read = (): boolean => {
    const value = kept(name)
    return value === null ? otherwise : value !== 'off'
  }
  const on = signal(read())
  addEventListener('storage', (event) => {
    if (event.key === `nightpost.${name}`) on.value = read()
  })
  return {
    on,
    set(to) {
      keep(name, to === otherwise ? undefined : to ? 'on' : 'off')
      on.value = to
    },
  }
}

/** Notifications; the browser's permission comes before it (`notify/permission.ts`). */
export const notifyHere = deviceSwitch('notify', true)
/** Off by default: others sit in the same room (ux.md 1.2). */
export const soundHere = deviceSwitch('sound', false)
/** Shortcuts of one key (WCAG 2.1.4). */
export const singleKeys = deviceSwitch('single-keys', true)
/** Activity anywhere on this device counts, not only in our tabs; only where the person says so (ucwa.md section 15). */
export const deviceActivity = deviceSwitch('device-activity', false)
