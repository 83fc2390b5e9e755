import { useSignal } from '@preact/signals'
import { useEffect, useId, useLayoutEffect, useRef } from 'preact/hooks'
import { texts } from '../i18n/language.ts'
import { personIn, type State, type Uri } from '../model.ts'
import { Icon } from '../parts/icon.tsx'
import { isConverting, useFocusTrap, useLayer } from '../parts/layers.ts'
import { Avatar, Name, Written } from '../parts/person.tsx'
import { lookOf } from '../parts/presence.ts'
import { go, useApp } from './app-state.ts'

type Found =
  | { readonly kind: 'contacts' }
  | { readonly kind: 'searching' }
  | { readonly kind: 'people'; readonly people: readonly Uri[]; readonly more: boolean; readonly for: string }

const NO_PEOPLE: readonly Uri[] = []

/**
 * The people picker: one combobox that lies in the left column and, once used, stands in a dialog of its own. The same field all the
 * time, so the focus and a conversion under way are never lost.
 */
export function Finder() {
  const app = useApp()
  const t = texts.value
  const state = app.connection.state.value
  const query = useSignal('')
  const found = useSignal<Found>({ kind: 'contacts' })
  const active = useSignal(0)
  const field = useRef<HTMLInputElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const list = useId()
  const isOpen = app.finderOpen.value
  const close = (): void => {
    app.finderOpen.value = false
    query.value = ''
    found.value = { kind: 'contacts' }
  }
  useLayer(isOpen, close)
  useFocusTrap(box, isOpen)
  useSearch(query.value, isOpen, (result) => {
    found.value = result
    active.value = 0
  })
  // Before the next key: what is typed right behind Ctrl K is for the field.
  useLayoutEffect(() => {
    if (isOpen) field.current?.focus()
  }, [isOpen])

  const people = peopleShown(found.value, state, query.value.trim())
  const choose = (uri: Uri | undefined): void => {
    if (!uri) return
    close()
    go({ kind: 'with', person: uri })
    requestAnimationFrame(() => document.getElementById('write')?.focus())
  }
  const onKey = (event: KeyboardEvent): void => {
    if (isConverting(event)) return
    // What stands in the field now: quick fingers press before the list is drawn again.
    const isOpen = app.finderOpen.value
    const people = peopleShown(found.value, app.connection.state.value, query.value.trim())
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step && !isOpen) app.finderOpen.value = true
    else if (step && people.length > 0) active.value = (active.value + step + people.length) % people.length
    else if (event.key === 'Enter' && isOpen) choose(people[active.value])
    else return
    event.preventDefault()
  }
  const option = (index: number): string => `${list}-${index}`
  return (
    <div class="side-find">
      <div class={isOpen ? 'veil' : 'closed'} onPointerDown={(e) => e.target === e.currentTarget && close()}>
        <div
          ref={box}
          class={isOpen ? 'dialog finder' : 'finder'}
          {...(isOpen ? { role: 'dialog' as const, 'aria-modal': true, 'aria-label': t.newMessage } : {})}
        >
          {isOpen && (
            <header>
              <h2>{t.newMessage}</h2>
              <button type="button" class="bare icon" aria-label={t.close} onClick={close}>
                <Icon name="i-close" />
              </button>
            </header>
          )}
          <div class="pad">
            <span class="with-icon">
              <Icon name="i-search" small={!isOpen} />
              <input
                ref={field}
                class="input"
                type="text"
                role="combobox"
                aria-label={t.findPeople}
                aria-expanded={isOpen}
                aria-controls={isOpen ? list : undefined}
                aria-activedescendant={isOpen && people.length > 0 ? option(active.value) : undefined}
                aria-autocomplete="list"
                autocomplete="off"
                spellcheck={false}
                placeholder={t.findPeople}
                value={query.value}
                onInput={(event) => {
                  query.value = event.currentTarget.value
                  active.value = 0
                  app.finderOpen.value = true
                }}
                onClick={() => (app.finderOpen.value = true)}
                onKeyDown={onKey}
              />
              {!isOpen && (
                <span class="key" aria-hidden="true">
                  <kbd>Ctrl K</kbd>
                </span>
              )}
            </span>
          </div>
          {isOpen && (
            <>
              <Summary
                found={answers(found.value, query.value.trim()) ? found.value : { kind: 'searching' }}
                count={people.length}
              />
              <div class="options" id={list} role="listbox" aria-label={t.peopleFound} tabIndex={-1}>
                {people.map((uri, index) => (
                  <Option
                    key={uri}
                    id={option(index)}
                    uri={uri}
                    state={state}
                    selected={index === active.value}
                    choose={() => choose(uri)}
                  />
                ))}
              </div>
              <footer>
                <span>
                  <kbd>↑</kbd> <kbd>↓</kbd> <span>{t.keyChoose}</span>
                </span>
                <span>
                  <kbd>Enter</kbd> <span>{t.keyOpen}</span>
                </span>
                <span>
                  <kbd>Esc</kbd> <span>{t.keyClose}</span>
                </span>
                <span>{t.searchesWhat}</span>
              </footer>
            </>
          )}
        </div>
      </div>
    </div>
  )
}

/** Whether the list is about what stands in the field now. */
function answers(found: Found, wanted: string): boolean {
  return found.kind === 'people' ? found.for === wanted : found.kind === 'searching' || wanted === ''
}

/**
 * Until the directory has answered, only those of the old list, or of the contacts, that have the text in their name or address: a
 * quick Enter never opens somebody else, and a slow directory keeps nobody from a colleague.
 */
function peopleShown(found: Found, state: State, wanted: string): readonly Uri[] {
  const people = found.kind === 'people' ? found.people : contactsByName(state)
  if (found.kind !== 'searching' && answers(found, wanted)) return people
  const text = wanted.toLowerCase()
  return people.filter((uri) => `${personIn(state, uri).name}\n${uri}`.toLowerCase().includes(text))
}

function contactsByName(state: State): readonly Uri[] {
  return [...state.contacts.keys()].sort((a, b) =>
    personIn(state, a).name.localeCompare(personIn(state, b).name),
  )
}

/** One line over the list, spoken once: how many, or what to do when there is nobody. */
function Summary({ found, count }: { found: Found; count: number }) {
  const t = texts.value
  const nobody = found.kind === 'people' && count === 0
  const said =
    found.kind === 'searching'
      ? t.searching
      : found.kind === 'contacts'
        ? count > 0
          ? t.yourContacts
          : t.foundNobodyHelp
        : nobody
          ? t.foundNobody
          : t.foundCount(count)
  return (
    <div class="found">
      <p role="status" class={nobody ? undefined : 'tiny'}>
        {said}
      </p>
      {nobody && <p class="small quiet">{t.foundNobodyHelp}</p>}
      {found.kind === 'people' && found.more && <p class="tiny">{t.moreFound}</p>}
    </div>
  )
}

function Option(props: { id: string; uri: Uri; state: State; selected: boolean; choose: () => void }) {
  const t = texts.value
  const person = personIn(props.state, props.uri)
  const look = lookOf(person.presence)
  const { department, title, mail } = person.about
  const facts = [department ?? title, mail ?? person.uri.replace(/^sip:/, '')].filter(
    (fact) => fact !== undefined,
  )
  const row = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (props.selected) row.current?.scrollIntoView({ block: 'nearest' })
  }, [props.selected])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the combobox's (focus stays in the field)
    <div
      ref={row}
      class="option"
      role="option"
      id={props.id}
      aria-selected={props.selected}
      tabIndex={-1}
      onClick={props.choose}
    >
      <Avatar person={person} />
      <div>
        <b>
          <Name name={person.name} />
        </b>
        <div class="line2 clip">
          {facts.map((fact, index) => (
            <span key={fact}>
              {index > 0 && ' · '}
              <Written>{fact}</Written>
            </span>
          ))}
        </div>
      </div>
      <span class="with-mark">
        {person.presence?.availability === 'Offline' ? t.offlineMessagesWait : (t[look.word] as string)}
      </span>
    </div>
  )
}

/** Asks the directory once typing rests; an answer that was overtaken is dropped. */
function useSearch(query: string, isOpen: boolean, show: (found: Found) => void): void {
  const app = useApp()
  useEffect(() => {
    const wanted = query.trim()
    if (!isOpen || wanted === '') {
      show({ kind: 'contacts' })
      return
    }
    let overtaken = false
    const slow = setTimeout(() => !overtaken && show({ kind: 'searching' }), 400)
    const timer = setTimeout(async () => {
      try {
        const { found, more } = await app.desk.search(wanted)
        clearTimeout(slow)
        if (!overtaken)
          show({
            kind: 'people',
            people: found.filter((u) => u !== app.connection.state.value.own.uri),
            more,
            for: wanted,
          })
      } catch {
        clearTimeout(slow)
        if (!overtaken) show({ kind: 'people', people: NO_PEOPLE, more: false, for: wanted })
      }
    }, 180)
    return () => {
      overtaken = true
      clearTimeout(timer)
      clearTimeout(slow)
    }
  }, [query, isOpen])
}
