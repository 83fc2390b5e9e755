import { effect, type ReadonlySignal, signal } from '@preact/signals'
import type { Uri } from '../model.ts'

type Said =
  | { readonly kind: 'watching'; readonly tab: string; readonly person: Uri | undefined }
  | { readonly kind: 'who' }

/**
 * Which conversations of one person are before somebody's eyes: on screen in a tab that is visible and has the focus. The tabs of a browser
 * tell each other, so that the one which notifies knows of all.
 */
export class Watching {
  readonly #channel: BroadcastChannel
  readonly #tab = crypto.randomUUID()
  readonly #others = new Map<string, Uri>()
  readonly #mine: ReadonlySignal<Uri | undefined>
  readonly #hasFocus = signal(isLookedAt())
  readonly #quit = new AbortController()
  readonly #stop: () => void
  /** Told when a conversation comes before somebody's eyes, in whichever tab. */
  onLook: (person: Uri) => void = () => {}

  /** @param open the conversation that is open in this tab */
  constructor(sip: string, open: ReadonlySignal<Uri | undefined>) {
    this.#mine = open
    this.#channel = new BroadcastChannel(`nightpost-watching-${sip}`)
    this.#channel.onmessage = (event: MessageEvent<Said>) => this.#hear(event.data)
    const look = (): void => {
      this.#hasFocus.value = isLookedAt()
    }
    for (const name of ['focus', 'blur', 'pageshow'])
      addEventListener(name, look, { signal: this.#quit.signal })
    document.addEventListener('visibilitychange', look, { signal: this.#quit.signal })
    addEventListener('pagehide', () => this.#say(undefined), { signal: this.#quit.signal })
    this.#stop = effect(() => {
      const person = this.#watched()
      this.#say(person)
      if (person) this.onLook(person)
    })
    this.#channel.postMessage({ kind: 'who' } satisfies Said)
  }

  has(person: Uri): boolean {
    return this.#watched() === person || [...this.#others.values()].includes(person)
  }

  stop(): void {
    this.#stop()
    this.#say(undefined)
    this.#quit.abort()
    this.#channel.close()
  }

  #watched(): Uri | undefined {
    return this.#hasFocus.value ? this.#mine.value : undefined
  }

  #say(person: Uri | undefined): void {
    this.#channel.postMessage({ kind: 'watching', tab: this.#tab, person } satisfies Said)
  }

  #hear(said: Said): void {
    if (said.kind === 'who') {
      this.#say(this.#watched())
      return
    }
    if (said.person === undefined) this.#others.delete(said.tab)
    else {
      this.#others.set(said.tab, said.person)
      this.onLook(said.person)
    }
  }
}

function isLookedAt(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus()
}
