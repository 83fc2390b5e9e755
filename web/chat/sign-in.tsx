import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { chooseLanguage, language, texts } from '../i18n/language.ts'
import { keep, kept } from '../kept.ts'
import { Icon } from '../parts/icon.tsx'
import { type FirstRun, firstRun, type Session, signIn } from '../session.ts'
import { FirstPeople, hasHelp } from './first-people.tsx'
import { NightPicture } from './night-picture.tsx'

type Trouble =
  | { readonly kind: 'none' | 'wrong' | 'empty' | 'unreachable' }
  | { readonly kind: 'wait'; readonly until: number }

/** The first page: the one place where the night is drawn (design README section 1). */
export function SignIn({ signedIn }: { signedIn: (session: Session) => void }) {
  const t = texts.value
  const first = useSignal<FirstRun | undefined>(undefined)
  const trouble = useSignal<Trouble>({ kind: 'none' })
  const busy = useSignal(false)
  const shown = useSignal(false)
  const user = useRef<HTMLInputElement>(null)
  const password = useRef<HTMLInputElement>(null)
  const keepSignedIn = useRef<HTMLInputElement>(null)
  useEffect(() => {
    document.title = `${texts.value.signIn} · ${texts.value.product}`
    const missing = user.current?.value === '' ? user : password
    missing.current?.focus()
    void firstRun().then((answer) => {
      first.value = answer
    })
  }, [])

  const enter = async (event: Event): Promise<void> => {
    event.preventDefault()
    if (busy.value) return
    const name = user.current?.value.trim() ?? ''
    const secret = password.current?.value ?? ''
    if (name === '' || secret === '') {
      trouble.value = { kind: 'empty' }
      ;(name === '' ? user : password).current?.focus()
      return
    }
    busy.value = true
    const answer = await signIn(name, secret, keepSignedIn.current?.checked ?? false)
    busy.value = false
    if (answer.kind === 'signedIn') {
      keep('user', keepSignedIn.current?.checked ? name : undefined)
      signedIn(answer.session)
      return
    }
    trouble.value =
      answer.kind === 'wait'
        ? { kind: 'wait', until: Date.now() + answer.seconds * 1000 }
        : { kind: answer.kind }
    password.current?.focus()
    password.current?.select()
  }
  const use = (name: string, secret: string): void => {
    if (user.current) user.current.value = name
    if (password.current) password.current.value = secret
    user.current?.form?.requestSubmit()
  }
  return (
    <div class="door">
      <main class="door-form">
        <p class="brand">
          <Icon name="logo" className="logo" />
          <span>{t.product}</span>
        </p>
        <form onSubmit={(event) => void enter(event)} noValidate>
          <div>
            <h1>{t.motto}</h1>
            <p class="quiet">{t.signInPlain}</p>
          </div>
          <div class="field">
            <label for="user">{t.workAddress}</label>
            <input
              ref={user}
              class="input"
              id="user"
              name="username"
              type="text"
              autocomplete="username"
              autocapitalize="none"
              spellcheck={false}
              defaultValue={kept('user') ?? ''}
              aria-describedby="trouble"
            />
          </div>
          <div class="field">
            <label for="password">{t.password}</label>
            <span class="reveal">
              <input
                ref={password}
                class="input"
                id="password"
                name="password"
                type={shown.value ? 'text' : 'password'}
                autocomplete="current-password"
                aria-describedby="trouble"
              />
              <button
                type="button"
                class="bare icon"
                aria-pressed={shown.value}
                aria-label={t.showTyped}
                title={t.showTyped}
                onClick={() => (shown.value = !shown.value)}
              >
                <Icon name="i-eye" />
              </button>
            </span>
          </div>
          <label class="check">
            <input ref={keepSignedIn} type="checkbox" name="keep" />
            {t.keepSignedIn}
          </label>
          <TroubleLine trouble={trouble.value} />
          <button type="submit" class="main" aria-busy={busy.value}>
            {t.signIn}
          </button>
          {hasHelp(first.value) ? (
            <FirstPeople first={first.value} use={use} />
          ) : (
            <p class="small quiet">{t.forgot}</p>
          )}
        </form>
        <footer class="row wrap small quiet">
          <LanguageChoice />
          <span data-people>{location.host}</span>
        </footer>
      </main>
      <aside class="door-view" aria-label={t.picture}>
        <NightPicture />
      </aside>
    </div>
  )
}

function TroubleLine({ trouble }: { trouble: Trouble }) {
  const t = texts.value
  const left = useCountdown(trouble.kind === 'wait' ? trouble.until : undefined)
  const said = {
    none: '',
    wrong: t.wrongPassword,
    empty: t.fillBoth,
    unreachable: t.cannotReach,
    wait: left > 0 ? t.tooManyTries(left > 90 ? t.minutes(Math.ceil(left / 60)) : t.seconds(left)) : '',
  }[trouble.kind]
  return (
    <p id="trouble" class={said ? 'trouble' : 'trouble off'} role="alert">
      {said && <Icon name="i-warning" small />}
      <span>{said}</span>
    </p>
  )
}

/** Whole seconds until `until`; 0 afterwards. */
function useCountdown(until: number | undefined): number {
  const tick = useSignal(Date.now())
  useEffect(() => {
    if (until === undefined) return
    tick.value = Date.now()
    const timer = setInterval(() => {
      tick.value = Date.now()
      if (Date.now() > until) clearInterval(timer)
    }, 1000)
    return () => clearInterval(timer)
  }, [until])
  return until === undefined ? 0 : Math.max(0, Math.ceil((until - tick.value) / 1000))
}

function LanguageChoice() {
  const t = texts.value
  return (
    <span class="select">
      <label class="off" for="language">
        {t.language}
      </label>
      <select
        class="input compact"
        id="language"
        value={language.value}
        onChange={(event) => chooseLanguage(event.currentTarget.value === 'ja' ? 'ja' : 'en')}
      >
        <option value="en" lang="en">
          English
        </option>
        <option value="ja" lang="ja">
          日本語
        </option>
      </select>
      <Icon name="i-down" small />
    </span>
  )
}
