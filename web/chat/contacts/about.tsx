import { Fragment } from 'preact'
import { texts } from '../../i18n/language.ts'
import { personIn, type Uri } from '../../model.ts'
import { Written } from '../../parts/person.tsx'
import { withoutScheme } from '../../ucwa/wire.ts'
import { useApp } from '../app-state.ts'
import { Section } from './section.tsx'

/** What the directory and the person say; what is not known has no line. */
export function About({ uri }: { uri: Uri }) {
  const app = useApp()
  const t = texts.value
  const { about, note, location } = personIn(app.connection.state.value, uri)
  const address = withoutScheme(uri)
  const facts: readonly (readonly [string, string | undefined])[] = [
    [t.note, note],
    [t.location, location],
    [t.reading, about.phonetic],
    [t.jobTitle, about.title],
    [t.department, about.department],
    [t.office, about.office],
    [t.company, about.company],
    [t.phone, about.phone],
    [t.mobile, about.mobile],
    [t.mail, about.mail],
    [t.address, about.mail === address ? undefined : address],
  ]
  return (
    <Section title={t.about}>
      <dl class="facts">
        {facts.map(
          ([name, value]) =>
            value && (
              <Fragment key={name}>
                <dt>{name}</dt>
                <dd>
                  <Written>{value}</Written>
                </dd>
              </Fragment>
            ),
        )}
      </dl>
    </Section>
  )
}
