import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { language, texts } from '../../i18n/language.ts'
import { type Person, personIn } from '../../model.ts'
import { byName } from '../../names.ts'
import { Avatar, Name } from '../../parts/person.tsx'
import { useApp } from '../app-state.ts'
import { Group } from '../settings/fields.tsx'
import { levelWord } from './access.tsx'

/** Everybody who is not simply a colleague, contact or not, with the way back: the privacy part of the settings. */
export function PrivacyList() {
  const app = useApp()
  const t = texts.value
  const failed = useSignal(false)
  const read = useSignal(false)
  useEffect(() => {
    app.connection.book.readLevels().then(
      () => (read.value = true),
      () => (failed.value = true),
    )
  }, [])
  const state = app.connection.state.value
  const order = byName(language.value)
  const given = [...state.levels]
    .filter(([, { level }]) => level !== 'Colleagues')
    .map(([uri, { level }]): readonly [Person, typeof level] => [personIn(state, uri), level])
    .sort(([a, one], [b, other]) => Number(other === 'Blocked') - Number(one === 'Blocked') || order(a, b))
  return (
    <Group title={t.privacy}>
      {failed.value && (
        <p class="small stop" role="alert">
          {t.contactsUnread}
        </p>
      )}
      {read.value && given.length === 0 && <p class="small quiet">{t.privacyNobody}</p>}
      {given.length > 0 && (
        <>
          <p class="small quiet">{t.privacyText}</p>
          <ul class="privacy">
            {given.map(([person, level]) => (
              <li key={person.uri}>
                <Avatar person={person} />
                <span class="grow">
                  <Name name={person.name} />
                  <span class="help">{levelWord(t, level)}</span>
                </span>
                <button
                  type="button"
                  class="small"
                  aria-label={
                    level === 'Blocked' ? t.unblockOf(person.name) : t.backToColleagueOf(person.name)
                  }
                  onClick={() => void app.contacts.setLevel(person.uri, 'Colleagues')}
                >
                  {level === 'Blocked' ? t.unblock : t.backToColleague}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      <p class="off" role="status">
        {app.contacts.done.value?.text}
      </p>
    </Group>
  )
}
