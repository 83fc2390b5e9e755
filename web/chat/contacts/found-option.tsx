import { useEffect, useRef } from 'preact/hooks'
import { folded } from '../../../src/domain/fold.ts'
import { texts } from '../../i18n/language.ts'
import type { Person, Uri } from '../../model.ts'
import { Avatar, Name, Written } from '../../parts/person.tsx'
import { lookOf } from '../../parts/presence.ts'
import { withoutScheme } from '../../ucwa/wire.ts'

/** One person of the picker: name, reading, department, address and presence. */
export function FoundOption(props: {
  id: string
  person: Person
  /** What was typed: its place in the reading is marked. */
  wanted: string
  selected: boolean
  choose: (uri: Uri) => void
}) {
  const t = texts.value
  const { person } = props
  const look = lookOf(person.presence)
  const { department, title, mail, phonetic } = person.about
  const facts = [department ?? title, mail ?? withoutScheme(person.uri)].filter((fact) => fact !== undefined)
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
      onClick={() => props.choose(person.uri)}
    >
      <Avatar person={person} />
      <div>
        <b>
          <Name name={person.name} />
        </b>
        {phonetic !== undefined && (
          <>
            {' '}
            <Reading reading={phonetic} wanted={props.wanted} />
          </>
        )}
        <div class="line2 clip">
          {facts.map((fact, index) => (
            <span key={fact}>
              {index > 0 && t.dot}
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

function Reading({ reading, wanted }: { reading: string; wanted: string }) {
  const word = folded(wanted).split(/\s+/)[0] ?? ''
  const at = word === '' ? -1 : folded(reading).indexOf(word)
  // Folding may change the length (half-width voiced kana); then nothing is marked rather than something wrong.
  const marks = at >= 0 && folded(reading).length === reading.length
  return (
    <span class="reading" lang="ja" data-people>
      {marks ? (
        <>
          {reading.slice(0, at)}
          <mark>{reading.slice(at, at + word.length)}</mark>
          {reading.slice(at + word.length)}
        </>
      ) : (
        reading
      )}
    </span>
  )
}
