import { chooseLanguage, chosenLanguage, texts } from '../../i18n/language.ts'
import { useApp } from '../app-state.ts'
import { showTheme } from '../surroundings.ts'
import { Choose, Group, type Option } from './fields.tsx'
import type { Save } from './save.ts'

/** How the client looks and reads. */
export function General({ save }: { save: Save }) {
  const t = texts.value
  const { settings } = useApp().connection.state.value
  return (
    <Group title={t.settingsGeneral}>
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
        label={t.timeZone}
        value={settings.timeZone ?? ''}
        options={zones(settings.timeZone, t.timeZoneDevice(ownZone()))}
        change={(value) => save({ timeZone: value === '' ? null : value })}
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
    </Group>
  )
}

export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** Every zone this browser knows with UTC, which browsers leave out, and the chosen one where it is another. */
function zones(chosen: string | null, asDevice: string): readonly Option[] {
  const known = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')]
  const all = chosen === null || known.includes(chosen) ? known : [chosen, ...known]
  return [['', asDevice], ...all.map((zone) => [zone, zone.replaceAll('_', ' ')] as const)]
}
