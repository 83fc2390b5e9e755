import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { dateTime, inSentence } from '../../i18n/dates.ts'
import type { Texts } from '../../i18n/en.ts'
import { texts } from '../../i18n/language.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { type Device, endDevices, readDevices } from '../../sessions.ts'
import { clientOf } from '../../user-agent.ts'
import { now, useApp } from '../app-state.ts'

/** Used within the last two minutes: use is told to the minute. */
const IN_USE_MS = 120_000

/** What the person is asked about before it happens. */
type Asked = Device | 'others' | undefined

/** Where one is signed in, and the way out of each (ux.md 1.2, Sessions). */
export function Devices() {
  const app = useApp()
  const t = texts.value
  const devices = useSignal<readonly Device[] | 'loading' | 'failed'>('loading')
  const asked = useSignal<Asked>(undefined)
  const told = useSignal('')
  const read = async (): Promise<void> => {
    try {
      devices.value = await readDevices()
    } catch {
      devices.value = 'failed'
    }
  }
  useEffect(() => {
    void read()
  }, [])
  const close = (): void => {
    app.layer.value = undefined
  }
  const end = async (what: Device | 'others'): Promise<void> => {
    asked.value = undefined
    try {
      await endDevices(app.connection.session, what === 'others' ? undefined : what.id)
      told.value = t.deviceSignedOut
    } catch {
      told.value = t.notSaved
    }
    await read()
  }
  const list = Array.isArray(devices.value) ? devices.value : []
  const others = list.filter((device) => !device.current)
  return (
    <Dialog
      title={t.devices}
      close={close}
      footer={
        <>
          <p class="small grow" role="status">
            {told.value}
          </p>
          {others.length > 1 && (
            <button type="button" class="stop" onClick={() => (asked.value = 'others')}>
              {t.signOutOthers}
            </button>
          )}
          <button type="button" class="main" onClick={close}>
            {t.done}
          </button>
        </>
      }
    >
      <p class="small quiet">{t.devicesHelp}</p>
      {devices.value === 'loading' && <p class="late quiet">{t.loading}</p>}
      {devices.value === 'failed' && (
        <p class="row wrap" role="alert">
          {t.devicesFailed}
          <button type="button" class="link" onClick={() => void read()}>
            {t.tryAgain}
          </button>
        </p>
      )}
      {asked.value === 'others' && (
        <Sure
          text={t.signOutOthersSure(others.length)}
          action={t.signOutOthers}
          asked={asked}
          end={() => void end('others')}
        />
      )}
      <ul class="devices">
        {list.map((device) => (
          <li key={device.id}>
            <Row device={device} ask={() => (asked.value = device)} />
            {asked.value === device && (
              <Sure
                text={t.signOutDeviceSure(nameOf(device, t))}
                action={t.signOutDevice}
                asked={asked}
                end={() => void end(device)}
              />
            )}
          </li>
        ))}
      </ul>
      {list.length > 0 && others.length === 0 && <p class="quiet">{t.noOtherDevices}</p>}
    </Dialog>
  )
}

function Row({ device, ask }: { device: Device; ask: () => void }) {
  const t = texts.value
  const reader = useApp().reader.value
  const name = nameOf(device, t)
  const inUse = device.current || now.value - device.lastUsed < IN_USE_MS
  const facts = [
    inUse ? t.deviceUsedNow : t.deviceUsed(dateTime(device.lastUsed, now.value, reader)),
    t.deviceSince(inSentence(device.signedIn, now.value, reader)),
    device.address && t.deviceFrom(device.address.replace(/^::ffff:/, '')),
    device.keep && t.deviceKept,
  ].filter((fact) => typeof fact === 'string')
  return (
    <div class="device">
      <div>
        <p>
          <b data-people>{name}</b> {device.current && <span class="tag good">{t.thisDevice}</span>}
        </p>
        <p class="small quiet num">{facts.join(t.dot)}</p>
      </div>
      {!device.current && (
        <button type="button" class="small" aria-label={t.signOutDeviceOf(name)} onClick={ask}>
          {t.signOutDevice}
        </button>
      )}
    </div>
  )
}

/** The question stands at what it is about; the safe answer has the focus (design README section 8: Enter never removes anything). */
function Sure(props: { text: string; action: string; asked: Signal<Asked>; end: () => void }) {
  const t = texts.value
  return (
    <fieldset class="sure">
      <legend>{props.text}</legend>
      <div class="row wrap">
        <button type="button" class="stop small" onClick={props.end}>
          {props.action}
        </button>
        <button
          type="button"
          class="small"
          ref={(button) => button?.focus()}
          onClick={() => (props.asked.value = undefined)}
        >
          {t.cancel}
        </button>
      </div>
    </fieldset>
  )
}

/** A browser by its name and system; an app by what it says of itself. */
function nameOf(device: Device, t: Texts): string {
  const { browser, system } = clientOf(device.userAgent ?? '')
  if (browser && system) return t.deviceBrowser(browser, system)
  if (browser) return browser
  if (device.kind === 'browser') return system ?? t.deviceUnknown
  return device.userAgent ? device.userAgent.slice(0, 60) : t.deviceApplication
}
