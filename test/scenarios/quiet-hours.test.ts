import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UcwaClient } from '../client/ucwa-client.ts'
import { openAdministration } from './administration.ts'
import { openUcwaHouse, type UcwaHouse } from './ucwa-house.ts'

async function signedIn(): Promise<{ house: UcwaHouse; alice: UcwaClient }> {
  const house = await openUcwaHouse()
  await house.person('alice')
  return { house, alice: await house.web('alice') }
}

async function put(alice: UcwaClient, quietHours: unknown) {
  const before = await alice.get(`${alice.path}/me/settings`)
  return alice.request('PUT', `${alice.path}/me/settings`, {
    json: { ...before.json, quietHours },
    headers: { 'If-Match': `"${before.json.etag}"` },
  })
}

test('quiet hours are kept in one form, told to all applications, and beside those of the organisation', async () => {
  const { house, alice } = await signedIn()
  await using _ = house
  const answer = await put(alice, 'mon-fri 19:00-8:00;sat,sun 0:00-24:00')
  assert.equal(answer.status, 200)
  assert.equal(answer.json.quietHours, 'Mon-Fri 19:00-08:00; Sat,Sun 00:00-24:00')
  assert.equal(answer.json.quietHoursDefault, 'Never')
  await alice.event('settings updated', ({ resource }) => resource.quietHours === answer.json.quietHours)
  assert.equal((await put(alice, 'NEVER')).json.quietHours, 'Never')
  assert.equal((await put(alice, null)).json.quietHours, null)
})

for (const wrong of ['', 'at night', 'Mon 22:00', 'Mon 1:00-2:00; Mon 3:00-4:00', 5, ['Daily 22:00-07:00']]) {
  test(`${JSON.stringify(wrong)} is refused as quiet hours, and nothing changes`, async () => {
    const { house, alice } = await signedIn()
    await using _ = house
    const answer = await put(alice, wrong)
    assert.equal(answer.status, 400)
    assert.equal(answer.json.subcode, 'ParameterValidationFailure')
    assert.equal((await alice.get(`${alice.path}/me/settings`)).json.quietHours, null)
  })
}

test('an administrator sets them by cmdlet; what says no hours is an error that says what to write', async () => {
  await using admin = await openAdministration()
  const set = (hours: string) => admin.run(`Set-NpUserSetting "Ken Myer" -QuietHours ${hours} -PassThru`)
  const [kept] = (await set('"daily 22:00-7:00"')).values('QuietHours')
  assert.equal(kept, 'Daily 22:00-07:00')
  const refused = await set('"at night"')
  assert.match(String(refused.errors[0]?.fullyQualifiedErrorId), /QuietHoursRefused/)
  const hoursOf = () => admin.ports.facts.settings(admin.account('Ken Myer').id).quietHours
  assert.equal(hoursOf(), 'Daily 22:00-07:00')
  await set('$null')
  assert.equal(hoursOf(), null)
})
