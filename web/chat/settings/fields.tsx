import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { Icon } from '../../parts/icon.tsx'

/** Settings that belong together, under a heading. */
export function Group(props: { title: string; help?: string; children: ComponentChildren }) {
  const id = useId()
  return (
    <section class="settings" aria-labelledby={id}>
      <h3 id={id}>{props.title}</h3>
      {props.help && <p class="small quiet">{props.help}</p>}
      {props.children}
    </section>
  )
}

export type Option = readonly [value: string, label: string, lang?: string]

/** One of a few values. */
export function Choose(props: {
  label: string
  help?: string
  value: string
  options: readonly Option[]
  change: (value: string) => void
}) {
  const id = useId()
  return (
    <div class="setting">
      <Label id={id} label={props.label} help={props.help} />
      <span class="select">
        <select
          class="input"
          id={id}
          aria-describedby={props.help ? `${id}-help` : undefined}
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

/** On or off. A switch that cannot be used says why in its help (design README section 10). */
export function Switch(props: {
  label: string
  help?: string
  on: boolean
  disabled?: boolean
  change: (on: boolean) => void
}) {
  const id = useId()
  return (
    <div class="setting">
      <Label id={id} label={props.label} help={props.help} />
      <input
        class="switch"
        type="checkbox"
        role="switch"
        aria-checked={props.on}
        id={id}
        aria-describedby={props.help ? `${id}-help` : undefined}
        checked={props.on}
        disabled={props.disabled}
        onChange={(event) => {
          const wanted = event.currentTarget.checked
          // What is shown is what holds: a change that fails leaves the switch as it was.
          event.currentTarget.checked = props.on
          props.change(wanted)
        }}
      />
    </div>
  )
}

function Label({ id, label, help }: { id: string; label: string; help: string | undefined }) {
  return (
    <span>
      <label for={id}>{label}</label>
      {help && (
        <span class="help" id={`${id}-help`}>
          {help}
        </span>
      )}
    </span>
  )
}
