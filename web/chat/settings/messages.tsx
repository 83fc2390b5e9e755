import { texts } from '../../i18n/language.ts'
import { singleKeys } from '../../switches.ts'
import { useApp } from '../app-state.ts'
import { Group, Switch } from './fields.tsx'
import type { Save } from './save.ts'

/** Writing and reading. */
export function Messages({ save }: { save: Save }) {
  const t = texts.value
  const { settings, policies } = useApp().connection.state.value
  return (
    <Group title={t.settingsMessages}>
      <Switch
        label={t.readReceipts}
        help={policies.readReceipts ? t.readReceiptsHelp : t.readReceiptsOff}
        on={settings.readReceipts && policies.readReceipts}
        disabled={!policies.readReceipts}
        change={(readReceipts) => save({ readReceipts })}
      />
      <Switch
        label={t.showTyping}
        help={t.typingHelp}
        on={settings.typing}
        change={(typing) => save({ typing })}
      />
      <Switch
        label={t.sendWithEnter}
        help={t.sendWithEnterHelp}
        on={settings.sendWithEnter}
        change={(sendWithEnter) => save({ sendWithEnter })}
      />
      <Switch
        label={t.singleKeys}
        help={`${t.singleKeysHelp}${t.space}${t.onThisDevice}`}
        on={singleKeys.on.value}
        change={singleKeys.set}
      />
    </Group>
  )
}
