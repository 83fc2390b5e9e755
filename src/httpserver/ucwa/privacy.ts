import { z } from 'zod'
import { setAccessLevel } from '../../actions/change-contacts.ts'
import { type Resource, resource, withEtag } from '../../codec/ucwa/hal.ts'
import { type Account, isInService } from '../../domain/account.ts'
import { ACCESS_LEVELS } from '../../domain/contact.ts'
import type { Application } from './application.ts'
import { type Call, NO_CONTENT, ok, problem, type Reply } from './call.ts'
import type { House } from './house.ts'
import { readInput } from './input.ts'
import { contactResource, personByUser, userOf } from './people.ts'
import { requireEtag } from './precondition.ts'

/** The level that the user gave somebody, with its etag. */
export function privacyResource(house: House, app: Application, account: Account): Resource {
  const { links } = app
  const user = userOf(account)
  return withEtag(
    resource(
      'contactPrivacyRelationship',
      links.privacy(user),
      { relationshipLevel: house.ports.facts.accessLevel(app.account, account.id) },
      { resetContactPrivacyRelationship: { href: links.resetPrivacy(user) } },
    ),
  )
}

/** `GET contactPrivacyRelationship`. */
export function getPrivacy({ house, app, params }: Call): Reply {
  const account = personByUser(house, params.user ?? '')
  return account ? ok(privacyResource(house, app, account)) : problem('NotFound')
}

/** Gives somebody a level: Blocked is the block of M11. */
export async function putPrivacy({ house, app, params, request }: Call): Promise<Reply> {
  const account = personByUser(house, params.user ?? '')
  if (!account) return problem('NotFound')
  const refused = requireEtag(request, privacyResource(house, app, account).etag ?? '')
  if (refused) return refused
  const input = readInput(request, { relationshipLevel: z.enum(ACCESS_LEVELS).optional() })
  if (!input.ok) return input.error
  const { relationshipLevel } = input.value
  if (relationshipLevel) await setAccessLevel(house.ports, app.account, account.id, relationshipLevel)
  return ok(privacyResource(house, app, account))
}

/**
 * `myPrivacyRelationships`: everybody with a level other than Colleagues, contact or not, as a privacy page lists them. Whoever is out
 * of service is left out: the level stays and holds again with the account.
 */
export function getPrivacyRelationships({ house, app }: Call): Reply {
  const given = [...house.ports.facts.accessLevels(app.account)].filter(([, level]) => level !== 'Colleagues')
  const relationships = given.flatMap(([id]) => {
    const account = house.ports.facts.account(id)
    if (!account || !isInService(account)) return []
    const user = userOf(account)
    return [
      resource(
        'myPrivacyRelationship',
        app.links.privacy(user),
        { relationshipLevel: house.ports.facts.accessLevel(app.account, id) },
        { contact: { href: app.links.contact(user) } },
        { contact: contactResource(app, account) },
      ),
    ]
  })
  return ok(
    resource(
      'myPrivacyRelationships',
      app.links.privacyRelationships,
      {},
      {},
      { myPrivacyRelationship: relationships },
    ),
  )
}

/** Back to where everybody of the organisation starts (ucwa.md 6.4). */
export async function resetPrivacy({ house, app, params }: Call): Promise<Reply> {
  const account = personByUser(house, params.user ?? '')
  if (!account) return problem('NotFound')
  await setAccessLevel(house.ports, app.account, account.id, 'Colleagues')
  return NO_CONTENT
}
