import { useSignal } from '@preact/signals'
import { texts } from '../i18n/language.ts'
import { copyText } from '../parts/copy.ts'
import { Icon } from '../parts/icon.tsx'
import { Name } from '../parts/person.tsx'
import type { FirstRun } from '../session.ts'

/** A demo, or a server without people beyond the administrator. */
export function hasHelp(first: FirstRun | undefined): first is FirstRun {
  return first !== undefined && (first.demo.length > 0 || first.users === 0)
}

/** For the first minutes: how to make two people, or in a demo which two to be. Only a server on loopback tells this. */
export function FirstPeople({
  first,
  use,
}: {
  first: FirstRun
  use: (user: string, password: string) => void
}) {
  const t = texts.value
  if (first.demo.length > 0) {
    return (
      <section class="first-people" aria-labelledby="first-people">
        <h2 id="first-people">{t.demoHead}</h2>
        <p class="small quiet">{t.demoText}</p>
        <ul>
          {first.demo.map((person) => (
            <li key={person.user}>
              <div>
                <b>
                  <Name name={person.displayName} />
                </b>
                <code data-people>{person.user}</code>
                <code data-people>{person.password}</code>
              </div>
              <button
                type="button"
                class="small"
                aria-label={t.demoUse(person.displayName)}
                onClick={() => use(person.user, person.password)}
              >
                {t.demoTry}
              </button>
            </li>
          ))}
        </ul>
      </section>
    )
  }
  const domain = first.domain || location.hostname
  return (
    <section class="first-people" aria-labelledby="first-people">
      <h2 id="first-people">{t.firstRunHead}</h2>
      <p class="small quiet">{t.firstRunText}</p>
      <Command line={`npx nightpost account add ken@${domain} --enable`} />
      <Command line={`npx nightpost account add hanako@${domain} --enable`} />
      <p class="small quiet">{t.firstRunAfter}</p>
    </section>
  )
}

function Command({ line }: { line: string }) {
  const t = texts.value
  const done = useSignal(false)
  const copy = async (): Promise<void> => {
    done.value = await copyText(line)
  }
  return (
    <div class="command">
      <code data-people>{line}</code>
      <button
        type="button"
        class="bare icon small"
        aria-label={done.value ? t.copied : t.copyText}
        title={t.copyText}
        onClick={() => void copy()}
      >
        <Icon name={done.value ? 's-delivered' : 'i-copy'} small />
      </button>
    </div>
  )
}
