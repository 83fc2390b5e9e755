import { texts } from '../../i18n/language.ts'
import { personIn, type Uri } from '../../model.ts'
import { isBack } from '../../notify/back.ts'
import { askPermission, permission } from '../../notify/permission.ts'
import { useApp } from '../app-state.ts'

/** "Tell me when Yuki is back", in the line that says that she is not there: one press for once, another for always (ux.md 1.1 row 9). */
export function TellWhenBack({ uri }: { uri: Uri }) {
  const app = useApp()
  const t = texts.value
  const { wishes } = app
  const { name, presence } = personIn(app.connection.state.value, uri)
  const wish = wishes.all.value.get(uri)
  if (!wish && (!presence || isBack(presence))) return null
  if (!wish) {
    return (
      <button type="button" class="link" onClick={() => wishes.set(uri, 'once')}>
        {t.tellWhenBack(name)}
      </button>
    )
  }
  return (
    <span class="wish">
      <span>{wish === 'once' ? t.toldOnce : t.toldAlways}</span>
      {wish === 'once' && (
        <button type="button" class="link" onClick={() => wishes.set(uri, 'always')}>
          {t.tellAlways}
        </button>
      )}
      {permission.value === 'default' && (
        <button type="button" class="link" onClick={() => void askPermission()}>
          {t.tellOnScreen}
        </button>
      )}
      <button type="button" class="link" onClick={() => wishes.set(uri, undefined)}>
        {t.doNotTell}
      </button>
    </span>
  )
}
