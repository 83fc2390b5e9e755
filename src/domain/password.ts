/** What a new password must be (SECURITY 31). */

const MIN_PASSWORD = 12
const MAX_PASSWORD = 256

export type PasswordProblem = 'tooShort' | 'tooLong' | 'common' | 'control' | 'containsName'

export interface PasswordOptions {
  /** `-AllowWeakPassword` and imports: 1 to 11 characters are taken, common ones too. */
  readonly allowWeak?: boolean
  /** Names of the person: a password that is one of them, or little more, is refused. */
  readonly names?: readonly string[]
}

/** The names of a person that no password may be made of. */
export function namesToAvoid(person: { readonly displayName: string; readonly upn: string }): string[] {
  return [person.displayName, person.upn.split('@')[0] ?? '']
}

/**
 * Length is counted in characters, not UTF-16 units.
 * @returns undefined when the password may be used
 */
export function checkPassword(password: string, options: PasswordOptions = {}): PasswordProblem | undefined {
  const length = [...password].length
  if (length > MAX_PASSWORD) return 'tooLong'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they cannot be typed, and some doors cannot carry them
  if (/[\u0000-\u001f\u007f]/.test(password)) return 'control'
  if (options.allowWeak) return length < 1 ? 'tooShort' : undefined
  if (length < MIN_PASSWORD) return 'tooShort'
  const plain = plainForm(password)
  if (isCommon(plain) || isMonotonous(password)) return 'common'
  const named = options.names?.some(
    (name) => name.length >= 4 && plain.startsWith(plainForm(name)) && plain.length - name.length < 4,
  )
  return named ? 'containsName' : undefined
}

/** Letters without case, the usual replacements of digits undone, what is appended to look strong taken off. */
function plainForm(password: string): string {
  return password
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\d!?.#*_-]+$/, '')
    .replaceAll('@', 'a')
    .replaceAll('$', 's')
    .replaceAll('0', 'o')
    .replaceAll('3', 'e')
}

function isCommon(plain: string): boolean {
  if (plain === '') return true // nothing but digits and marks
  if (COMMON.has(plain)) return true
  // one common word said twice: passwordpassword
  const half = plain.slice(0, plain.length / 2)
  return plain === half + half && COMMON.has(half)
}

/** One character, or a run along the keyboard or the alphabet. */
function isMonotonous(password: string): boolean {
  const text = password.toLowerCase()
  if (new Set(text).size <= 2) return true
  return RUNS.some((run) => (run + run + run).includes(text))
}

const RUNS = [
  'abcdefghijklmnopqrstuvwxyz',
  'zyxwvutsrqponmlkjihgfedcba',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p',
  '1q2w3e4r5t6y7u8i9o0p',
  'q1w2e3r4t5y6u7i8o9p0',
]

/** What lists of leaked passwords begin with once case, digits and marks at the end are taken off; our product's and the original's words too. */
const COMMON: ReadonlySet<string> = new Set(
  `password passwort passwd passphrase mypassword newpassword thepassword defaultpassword letmein letmeinnow letmeinplease
  qwerty qwertyuiop qwertyqwerty qwertz asdfghjkl asdfasdf zxcvbnm qazwsx qazwsxedc iloveyou iloveyouforever ilovemyself
  welcome welcomehome welcomeback admin administrator administrador adminadmin root rootroot superuser superman
  batman spiderman starwars princess football baseball basketball sunshine dragon monkey master shadow michael jennifer
  trustno trustnoone changeme changemenow changeit pleasechangeme secret topsecret verysecret mysecret default guest
  testtest testing testpassword passwordtest temporary temppassword temporarypassword companyname company summer winter spring autumn
  monday tuesday wednesday thursday friday saturday sunday january february december
  skypeforbusiness skype lync lyncserver microsoft microsoftteams office nightpost nightpostnightpost
  correcthorsebatterystaple abcdef abcdefg abcabcabc helloworld hellohello whatever computer internet
  pokemon liverpool chelsea arsenal manchester minecraft cheesecake chocolate butterfly
  konnichiwa sakura nihongo tokyotokyo arigatou himitsu pasuwado`.split(/\s+/),
)
