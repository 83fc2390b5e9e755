import { defineCmdlet } from '../cmdlet.ts'

/** A slow command, for tests of stop and time-outs (INTERFACES 5). */
export const testNpSleep = defineCmdlet({
  name: 'Test-NpSleep',
  synopsis: {
    en: 'Waits the given number of seconds and does nothing else.',
    ja: '指定した秒数だけ待機します。ほかには何もしません。',
  },
  roles: ['CsAdministrator'],
  parameters: {
    Seconds: {
      type: { kind: 'integer', bits: 32, min: 0, max: 3600 },
      position: 0,
      mandatory: true,
      help: { en: 'How long to wait.', ja: '待機する秒数です。' },
    },
  },
  async run({ signal }, { Seconds }) {
    if (typeof Seconds !== 'number' || signal.aborted) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, Seconds * 1000)
      signal.addEventListener('abort', done, { once: true })
      function done() {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
    })
  },
})
