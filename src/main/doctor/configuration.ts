import { statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { type Loaded, looseSettings } from '../config.ts'
import { type Finding, warning, well } from './finding.ts'

/** Where the settings come from, and what is looser than it need be. */
export function ofConfiguration({ settings, file }: Loaded): readonly Finding[] {
  const names = looseSettings(settings).join(', ')
  return [
    file === undefined
      ? well('configuration', 'configurationDefaults')
      : well('configuration', 'configurationRead', { file }),
    names === '' ? well('settings', 'settingsTight') : warning('settings', 'settingLoose', { names }),
  ]
}

/** What sign-in over SIP would offer: named, because it is weak wherever it is (DECISIONS 28, SECURITY 35). */
export function ofSip({ settings }: Loaded): Finding {
  return settings.accounts.sipSignIn ? well('sip sign-in', 'sipLater') : well('sip sign-in', 'sipOff')
}

/** Who runs this. */
export function ofUser(folder: string): Finding {
  if (process.getuid?.() === 0) return warning('user', 'userRoot')
  const owner = foreignOwner(folder)
  const user = nameOf(process.getuid?.())
  if (owner !== undefined) return warning('user', 'userOther', { user, owner: nameOf(owner), folder })
  return well('user', 'userFine', { user })
}

/** The owner of the data folder, where that is somebody else: whoever opens the store then leaves files that the owner cannot write. */
export function foreignOwner(folder: string): number | undefined {
  const own = process.getuid?.()
  if (own === undefined) return undefined
  const { uid } = statSync(folder)
  return uid === own ? undefined : uid
}

function nameOf(uid: number | undefined): string {
  if (uid === process.getuid?.()) {
    try {
      return userInfo().username
    } catch {
      // A container's number without a name.
    }
  }
  return String(uid ?? '')
}
