import { useSignal } from '@preact/signals'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { language, texts } from '../i18n/language.ts'
import { personIn, type Uri } from '../model.ts'
import { Icon } from '../parts/icon.tsx'
import { isConverting, useFocusTrap, useLayer } from '../parts/layers.ts'
import { go, useApp } from './app-state.ts'
import { groupName } from './contacts/contact-desk.ts'
import { groupsInOrder } from './contacts/contact-menu.tsx'
import { FoundOption } from './contacts/found-option.tsx'
import { AddButton } from './contacts/in-contacts.tsx'
import { answers, type Found, peopleShown } from './contacts/people-found.ts'
import { useSearch } from './contacts/use-search.ts'

/**
 * The people picker: one combobox that lies in the left column and, once used, stands in a dialog of its own. The same field all the
 * time, so the focus and a conversion under way are never lost.
 */
export function Finder() {
  const app = useApp()
  const t = texts.value
  const state = app.connection.state.value
  const query = useSignal('')
  const found = useSignal<Found>({ kind: 'nothingTyped' })
  const active = useSignal(0)
  const field = useRef<HTMLInputElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const list = useId()
  const isOpen = app.finderOpen.value
  const close = (): void => {
    app.finderOpen.value = false
    query.value = ''
    found.value = { kind: 'nothingTyped' }
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

  const wanted = query.value.trim()
  const people = isOpen ? peopleShown(found.value, state, wanted, language.value) : []
  const selected = people[active.value]
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
    const people = peopleShown(found.value, app.connection.state.value, query.value.trim(), language.value)
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
                aria-activedescendant={isOpen && selected ? option(active.value) : undefined}
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
                found={answers(found.value, wanted) ? found.value : { kind: 'searching' }}
                count={people.length}
              />
              <div class="options" id={list} role="listbox" aria-label={t.peopleFound} tabIndex={-1}>
                {people.map((uri, index) => (
                  <FoundOption
                    key={uri}
                    id={option(index)}
                    person={personIn(state, uri)}
                    wanted={wanted}
                    selected={index === active.value}
                    choose={choose}
                  />
                ))}
              </div>
              {selected && <ContactBar uri={selected} />}
              <Keys />
            </>
          )}
        </div>
      </div>
    </div>
  )
}

/**
 * About the person who is chosen: on the list already, or the button that puts them there. An option of a listbox holds no buttons, so it
 * stands below, one Tab from the field.
 */
function ContactBar({ uri }: { uri: Uri }) {
  const app = useApp()
  const t = texts.value
  const state = app.connection.state.value
  if (!state.contactsLoaded) return null
  const { name } = personIn(state, uri)
  const groups = groupsInOrder(state).filter(({ id }) => state.contacts.get(uri)?.includes(id))
  return (
    <div class="contact-bar">
      {groups.length === 0 ? (
        <AddButton uri={uri} named />
      ) : (
        <p class="small quiet" role="status">
          <bdi>{name}</bdi>
          {t.dot}
          {t.inContacts(groups.map(groupName).join(t.groupsJoin))}
        </p>
      )}
    </div>
  )
}

function Keys() {
  const t = texts.value
  return (
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
  )
}

/** One line over the list, spoken once: how many, or what to do when there is nobody. */
function Summary({ found, count }: { found: Found; count: number }) {
  const t = texts.value
  const nobody = found.kind === 'people' && count === 0
  return (
    <div class="found">
      <p role="status" class={nobody ? undefined : 'tiny'}>
        {summaryOf(found, count)}
      </p>
      {nobody && <p class="small quiet">{t.foundNobodyHelp}</p>}
      {found.kind === 'people' && found.more && <p class="tiny">{t.moreFound}</p>}
    </div>
  )
}

function summaryOf(found: Found, count: number): string {
  const t = texts.value
  switch (found.kind) {
    case 'searching':
      return t.searching
    case 'nothingTyped':
      return count > 0 ? t.recentAndContacts : t.foundNobodyHelp
    case 'local':
      return found.offline ? t.searchOffline : t.searchSlow
    case 'people':
      return count === 0 ? t.foundNobody : t.foundCount(count)
  }
}
