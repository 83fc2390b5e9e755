import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import type { PersonalSettings } from '../../src/domain/account.ts'
import { chooseLanguage, chosenLanguage, texts } from '../i18n/language.ts'
import { Dialog } from '../parts/dialog.tsx'
import { Icon } from '../parts/icon.tsx'
import { useApp } from './app-state.ts'
import { showTheme } from './surroundings.ts'

/** The few settings of this client; kept with the account, so the other devices follow (ucwa.md section 15). */
export function Settings() {
  const app = useApp()
  const t = texts.value
  const { settings, policies } = app.connection.state.value
  const failed = useSignal(false)
  const close = (): void => {
    app.layer.value = undefined
  }
  const save = (change: Partial<PersonalSettings>): void => {
    failed.value = false
    app.desk.saveSettings(change).catch(() => {
      failed.value = true
    })
  }
  return (
    <Dialog
      title={t.settings}
      close={close}
      footer={
        <>
          <button type="button" onClick={() => (app.layer.value = 'shortcuts')}>
            {t.shortcuts}
          </button>
          <button type="button" class="main" onClick={close}>
            {t.done}
          </button>
        </>
      }
    >
      <div class="settings">
        <Choose
          label={t.language}
          value={chosenLanguage.value ?? ''}
          options={[
            ['', t.languageAuto],
            ['en', 'English', 'en'],
            ['ja', '日本語', 'ja'],
          ]}
          change={(value) => {
            const language = value === 'en' || value === 'ja' ? value : null
            chooseLanguage(language ?? undefined)
            save({ language })
          }}
        />
        <Choose
          label={t.theme}
          value={settings.theme}
          options={[
            ['system', t.themeSystem],
            ['light', t.themeDay],
            ['dark', t.themeNight],
          ]}
          change={(value) => {
            const theme = value === 'light' || value === 'dark' ? value : 'system'
            showTheme(theme)
            save({ theme })
          }}
        />
        <Choose
          label={t.density}
          value={settings.density}
          options={[
            ['comfortable', t.densityComfortable],
            ['compact', t.densityCompact],
          ]}
          change={(value) => save({ density: value === 'compact' ? 'compact' : 'comfortable' })}
        />
        <Switch
          label={t.readReceipts}
          help={policies.readReceipts ? t.readReceiptsHelp : t.readReceiptsOff}
          on={settings.readReceipts && policies.readReceipts}
          disabled={!policies.readReceipts}
          change={(readReceipts) => save({ readReceipts })}
        />
        <Switch label={t.showTyping} on={settings.typing} change={(typing) => save({ typing })} />
        <Switch
          label={t.sendWithEnter}
          help={t.sendWithEnterHelp}
          on={settings.sendWithEnter}
          change={(sendWithEnter) => save({ sendWithEnter })}
        />
        {failed.value && (
          <p class="small stop" role="alert">
            {t.notSaved}
          </p>
        )}
      </div>
    </Dialog>
  )
}

export function Choose(props: {
  label: string
  value: string
  options: readonly (readonly [value: string, label: string, lang?: string])[]
  change: (value: string) => void
}) {
  const id = useId()
  return (
    <div class="setting">
      <label for={id}>{props.label}</label>
      <span class="select">
        <select
          class="input"
          id={id}
          value={props.value}
          onChange={(event) => props.change(event.currentTarget.value)}
        >
          {props.options.map(([value, label, lang]) => (
            <option key={value} value={value} lang={lang}>
              {label}
            </option>
          ))}
        </select>
        <Icon name="i-down" small />
      </span>
    </div>
  )
}

function Switch(props: {
  label: string
  help?: string
  on: boolean
  disabled?: boolean
  change: (on: boolean) => void
}) {
  const id = useId()
  return (
    <div class="setting">
      <span>
        <label for={id}>{props.label}</label>
        {props.help && (
          <span class="help" id={`${id}-help`}>
            {props.help}
          </span>
        )}
      </span>
      <input
        class="switch"
        type="checkbox"
        role="switch"
        aria-checked={props.on}
        id={id}
        aria-describedby={props.help ? `${id}-help` : undefined}
        checked={props.on}
        disabled={props.disabled}
        onChange={(event) => props.change(event.currentTarget.checked)}
      />
    </div>
  )
}
