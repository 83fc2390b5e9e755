import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { Texts } from '../../i18n/en.ts'
import { texts } from '../../i18n/language.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Icon } from '../../parts/icon.tsx'
import { changePassword, type PasswordChanged } from '../../sessions.ts'
import { useApp } from '../app-state.ts'
import { passwordPrompt } from '../password-prompt.ts'

/** The own password (DECISIONS 8): the current one, a new one, and what happens to the other devices. */
export function ChangePassword() {
  const app = useApp()
  const t = texts.value
  const current = useRef<HTMLInputElement>(null)
  const next = useRef<HTMLInputElement>(null)
  const shown = useSignal(false)
  const busy = useSignal(false)
  const done = useSignal(false)
  const trouble = useSignal('')
  const close = (): void => {
    app.layer.value = undefined
  }
  const change = async (event: Event): Promise<void> => {
    event.preventDefault()
    if (busy.value) return
    const [had, wanted] = [current.current?.value ?? '', next.current?.value ?? '']
    if (had === '' || wanted === '') {
      trouble.value = t.passwordEmpty
      ;(had === '' ? current : next).current?.focus()
      return
    }
    busy.value = true
    const answer = await changePassword(app.connection.session, had, wanted)
    busy.value = false
    if (answer.kind === 'changed') {
      passwordPrompt.value = false
      done.value = true
      return
    }
    trouble.value = wordsFor(answer, t)
    const field = answer.kind === 'refused' ? next.current : current.current
    field?.focus()
    field?.select()
  }
  if (done.value) {
    return (
      <Dialog
        title={t.changePassword}
        close={close}
        footer={
          <button type="button" class="main" data-first onClick={close}>
            {t.done}
          </button>
        }
      >
        <p role="status">{t.passwordChanged}</p>
      </Dialog>
    )
  }
  return (
    <Dialog title={t.changePassword} close={close}>
      <form class="stack" noValidate onSubmit={(event) => void change(event)}>
        <p class="small quiet">{t.passwordChanges}</p>
        {/* For password managers: whose password this is. */}
        <input
          hidden
          type="text"
          name="username"
          autocomplete="username"
          value={app.connection.session.user}
        />
        <Field id="current-password" label={t.currentPassword} input={current} shown={shown.value} />
        <Field
          id="new-password"
          label={t.newPassword}
          help={t.newPasswordHelp}
          input={next}
          shown={shown.value}
        />
        <label class="check">
          <input
            type="checkbox"
            checked={shown.value}
            onChange={(event) => (shown.value = event.currentTarget.checked)}
          />
          {t.showTyped}
        </label>
        <p id="password-trouble" class={trouble.value ? 'trouble' : 'trouble off'} role="alert">
          {trouble.value && <Icon name="i-warning" small />}
          <span>{trouble.value}</span>
        </p>
        <div class="row wrap">
          <button type="submit" class="main" aria-busy={busy.value}>
            {t.changePassword}
          </button>
          <button type="button" onClick={close}>
            {t.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  )
}

function Field(props: {
  id: 'current-password' | 'new-password'
  label: string
  help?: string
  input: { current: HTMLInputElement | null }
  shown: boolean
}) {
  const help = props.help && `${props.id}-help`
  return (
    <div class="field">
      <label for={props.id}>{props.label}</label>
      <input
        ref={props.input}
        class="input"
        id={props.id}
        type={props.shown ? 'text' : 'password'}
        autocomplete={props.id}
        autocapitalize="none"
        spellcheck={false}
        aria-describedby={help ? `${help} password-trouble` : 'password-trouble'}
      />
      {props.help && (
        <span class="help" id={help}>
          {props.help}
        </span>
      )}
    </div>
  )
}

function wordsFor(answer: Exclude<PasswordChanged, { kind: 'changed' }>, t: Texts): string {
  switch (answer.kind) {
    case 'refused':
      return {
        tooShort: t.passwordTooShort,
        tooLong: t.passwordTooLong,
        common: t.passwordCommon,
        containsName: t.passwordContainsName,
        control: t.passwordControl,
        same: t.passwordSame,
      }[answer.because]
    case 'wait':
      return t.passwordWait(
        answer.seconds > 90 ? t.minutes(Math.ceil(answer.seconds / 60)) : t.seconds(answer.seconds),
      )
    case 'wrong':
      return t.passwordWrong
    default:
      return t.passwordUnreachable
  }
}
