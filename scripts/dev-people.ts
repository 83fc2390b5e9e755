import { setTimeout as wait } from 'node:timers/promises'
import { type Json, textOfMessage, UcwaClient } from '../test/client/ucwa-client.ts'

/*
 * People for `npm run dev` who do something, so that every state of the pages can be looked at by hand. `dev.ts` starts this
 * beside its server: `dev-people.ts BASE DOMAIN PASSWORD`.
 *
 * | who    | does                                                                                |
 * |--------|-------------------------------------------------------------------------------------|
 * | echo   | is there, reads, types for two seconds and answers                                  |
 * | busy   | Available, Busy, Do not disturb, Presenting, Be right back, Appear offline: 20 s each |
 * | silent | is there and never reads: what you write stays Delivered, and is missed after 2 min |
 * | gone   | there for 30 s, gone for 60 s; writes to juliet each time before leaving            |
 */

const [base = 'http://127.0.0.1:18080', domain = 'nightpost.localhost', password = ''] = process.argv.slice(2)

const STATES: readonly Readonly<Record<string, string>>[] = [
  { availability: 'Online' },
  { availability: 'Busy' },
  { availability: 'DoNotDisturb' },
  { availability: 'DoNotDisturb', activity: 'presenting' },
  { availability: 'BeRightBack' },
  { availability: 'Offline' },
]

function signIn(name: string): Promise<UcwaClient> {
  return UcwaClient.online({ base, user: `${name}@${domain}`, password, userAgent: 'NightpostDev/1.0' })
}

/** Goes on for ever, also when the server is restarted or the machine slept. */
async function live(name: string, day: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await day()
    } catch (error) {
      process.stderr.write(`dev: ${name}: ${error instanceof Error ? error.message : error}\n`)
    }
    await wait(5000)
  }
}

async function echo(): Promise<void> {
  const me = await signIn('echo')
  for (;;) {
    await wait(500)
    for (const event of me.events.splice(0)) {
      if (event.rel === 'messagingInvitation' && event.type === 'started')
        await me.post(event.resource._links?.accept?.href ?? '', {})
      if (event.rel === 'message' && event.resource.direction === 'Incoming')
        await answer(me, event.resource, event.href.replace(/\/messages\/[^/]*$/, ''))
    }
    if ((await me.get(me.path)).status >= 400) throw new Error('the application is gone')
  }
}

/** @param messaging address of the conversation's modality */
async function answer(me: UcwaClient, said: Json, messaging: string): Promise<void> {
  await me.post(`${messaging}/typing`)
  await wait(2000)
  const text = `You wrote: ${textOfMessage(said)}`
  await me.request('POST', `${messaging}/messages`, { text, type: 'text/plain' })
}

async function busy(): Promise<void> {
  const me = await signIn('busy')
  for (;;) {
    for (const state of STATES) {
      const { status } = await me.post(`${me.path}/me/presence`, state)
      if (status >= 400) throw new Error(`presence: ${status}`)
      await wait(20_000)
    }
  }
}

async function silent(): Promise<void> {
  const me = await signIn('silent')
  while ((await me.get(me.path)).status < 400) await wait(10_000)
}

async function gone(): Promise<void> {
  const me = await signIn('gone')
  await wait(25_000)
  await me.startMessaging(`sip:juliet@${domain}`, `I am leaving. It is ${new Date().toLocaleTimeString()}.`)
  await wait(5000)
  await me.signOut()
  await wait(55_000)
}

await Promise.all([live('echo', echo), live('busy', busy), live('silent', silent), live('gone', gone)])
