import {
  addContact,
  addGroup,
  removeContact,
  removeGroup,
  renameGroup,
} from '../../actions/change-contacts.ts'
import { type Resource, resource, withEtag } from '../../codec/ucwa/hal.ts'
import type { AccountId } from '../../domain/account.ts'
import type { ContactList, Group } from '../../domain/contact.ts'
import type { Application } from './application.ts'
import { type Call, created, NO_CONTENT, ok, problem, type Reply } from './call.ts'
import type { House } from './house.ts'
import { parameter, readInput, text } from './input.ts'
import { contactLink, contactResource, personByUser, presenceParts, userOf } from './people.ts'
import { requireEtag } from './precondition.ts'
import { privacyResource } from './privacy.ts'

/** `defaultGroup` exists always; it is what everybody is in who was put into no other. */
export function groupResource(app: Application, group: Group): Resource {
  const { links } = app
  return withEtag(
    resource(
      group.isDefault ? 'defaultGroup' : 'group',
      links.group(group.id),
      { id: String(group.id), name: group.name },
      {
        groupContacts: { href: links.groupContacts(group.id) },
        subscribeToGroupPresence: { href: links.subscribeGroup(group.id) },
      },
    ),
  )
}

/**
 * `myContacts`, or one group's with `groupId`; `expand=false` gives links, `expand=presence` presence and the level that the
 * owner gave inside, the ids of each contact's groups, and the groups (section 15): a list of 500 is shown after one request.
 */
export async function getContacts({ house, app, request }: Call): Promise<Reply> {
  const list = await house.ports.contacts.list(app.account)
  const groupId = parameter(request, 'groupId')
  const expand = parameter(request, 'expand')?.toLowerCase()
  if (groupId !== undefined && !groupOf(list, groupId)) return problem('NotFound')
  const members = accountsOf(house, list, groupId)
  const self = groupId === undefined ? app.links.contacts : app.links.groupContacts(groupId)
  const rel = groupId === undefined ? 'myContacts' : 'groupContacts'
  if (expand === 'false') {
    return ok(resource(rel, self, {}, { contact: members.map((account) => contactLink(app, account)) }))
  }
  if (expand !== 'presence')
    return ok(resource(rel, self, {}, {}, { contact: members.map((one) => contactResource(app, one)) }))
  const groupsOf = new Map(list.contacts.map(({ account, groups }) => [account, groups.map(String)]))
  const contact = members.map((account) => ({
    ...contactResource(app, account, {
      ...presenceParts(house, app, account),
      contactPrivacyRelationship: privacyResource(house, app, account),
    }),
    groups: groupsOf.get(account.id) ?? [],
  }))
  return ok(resource(rel, self, {}, {}, { contact, ...groupResources(app, list) }))
}

/** `group[]` and `defaultGroup`, as `myGroups` embeds them. */
function groupResources(app: Application, { groups }: ContactList) {
  const fallback = groups.find((group) => group.isDefault)
  return {
    group: groups.filter((group) => !group.isDefault).map((group) => groupResource(app, group)),
    defaultGroup: fallback && groupResource(app, fallback),
  }
}

/** Members in the order of adding; whoever is out of service shows in nobody's list. */
export function accountsOf(house: House, list: ContactList, groupId?: string) {
  return list.contacts
    .filter(({ groups }) => groupId === undefined || groups.some((id) => String(id) === groupId))
    .flatMap(({ account: id }) => {
      const account = house.ports.facts.account(id)
      return account?.enabled === true && account.sip ? [account] : []
    })
}

/** @returns undefined when the list has no group of this id */
export function groupOf(list: ContactList, id: string): Group | undefined {
  return list.groups.find((group) => String(group.id) === id)
}

/** `myGroups`: the default group is always there; `expand=false` gives links. */
export async function getGroups({ house, app, request }: Call): Promise<Reply> {
  const list = await house.ports.contacts.list(app.account)
  const normal = list.groups.filter((group) => !group.isDefault)
  const fallback = list.groups.find((group) => group.isDefault)
  if (parameter(request, 'expand')?.toLowerCase() === 'false') {
    return ok(
      resource(
        'myGroups',
        app.links.groups,
        {},
        {
          group: normal.map((group) => ({ href: app.links.group(group.id), title: group.name })),
          defaultGroup: fallback && { href: app.links.group(fallback.id), title: fallback.name },
        },
      ),
    )
  }
  return ok(resource('myGroups', app.links.groups, {}, {}, groupResources(app, list)))
}

/** Makes a group: 204 with its address. */
export async function postGroup({ house, app, request }: Call): Promise<Reply> {
  const input = readInput(request, { displayName: text(256).min(1) })
  if (!input.ok) return input.error
  const added = await addGroup(house.ports, app.account, input.value.displayName.trim())
  return added.kind === 'added'
    ? { ...NO_CONTENT, headers: { Location: app.links.group(added.group) } }
    : REFUSED[added.because]
}

/** What the actions of the contact list refuse, as this door says it (ucwa.md 6.4). */
const REFUSED = {
  limit: problem('Conflict', 'TooManyGroups'),
  nameTaken: problem('Conflict', 'AlreadyExists'),
  badName: problem('BadRequest', 'ParameterValidationFailure'),
  notAllowed: problem('Forbidden', 'OperationNotSupported'),
  notFound: problem('NotFound'),
  unknownPerson: problem('NotFound', 'DestinationNotFound'),
  unknownGroup: problem('NotFound'),
} as const

/** `GET group`. */
export async function getGroup({ house, app, params }: Call): Promise<Reply> {
  const group = groupOf(await house.ports.contacts.list(app.account), params.group ?? '')
  return group ? ok(groupResource(app, group)) : problem('NotFound')
}

/** Renames; the default group keeps its name. */
export async function putGroup({ house, app, params, request }: Call): Promise<Reply> {
  const { groups } = await house.ports.contacts.list(app.account)
  const group = groups.find((one) => String(one.id) === params.group)
  if (!group) return problem('NotFound')
  const refused = requireEtag(request, groupResource(app, group).etag ?? '')
  if (refused) return refused
  const input = readInput(request, { name: text(256).min(1) })
  if (!input.ok) return input.error
  const name = input.value.name.trim()
  const done = await renameGroup(house.ports, app.account, group.id, name)
  return done === 'done' ? ok(groupResource(app, { ...group, name })) : REFUSED[done]
}

/** Removes a group; its contacts stay contacts. */
export async function deleteGroup({ house, app, params }: Call): Promise<Reply> {
  const group = groupOf(await house.ports.contacts.list(app.account), params.group ?? '')
  if (!group) return problem('NotFound')
  const done = await removeGroup(house.ports, app.account, group.id)
  return done === 'done' ? NO_CONTENT : REFUSED[done]
}

function membershipResource(house: House, app: Application, group: Group, contact: AccountId): Resource {
  const account = house.ports.facts.account(contact)
  const user = account ? userOf(account) : 'unknown'
  return resource(
    'myGroupMembership',
    app.links.membership(group.id, user),
    {},
    {
      contact: { href: app.links.contact(user) },
      [group.isDefault ? 'defaultGroup' : 'group']: { href: app.links.group(group.id) },
    },
  )
}

/** Who is in which group, of all groups or of one. */
export async function getMemberships({ house, app, request }: Call): Promise<Reply> {
  const list = await house.ports.contacts.list(app.account)
  const groupId = parameter(request, 'groupId')
  const inService = new Set(accountsOf(house, list).map((account) => account.id))
  const memberships = list.contacts
    .filter(({ account }) => inService.has(account))
    .flatMap(({ account, groups }) =>
      groups.flatMap((id) => {
        const group = list.groups.find((one) => one.id === id)
        const wanted = group && (groupId === undefined || String(id) === groupId)
        return wanted ? [membershipResource(house, app, group, account)] : []
      }),
    )
  return ok(
    resource(
      'myGroupMemberships',
      app.links.memberships,
      {},
      { removeContactFromAllGroups: { href: app.links.removeFromAllGroups, revision: '2' } },
      { myGroupMembership: memberships },
    ),
  )
}

/** Makes somebody a contact, in a group or in the default one. */
export async function postMembership({ house, app, request }: Call): Promise<Reply> {
  const input = readInput(request, { contactUri: text(250).min(1), groupId: text(256).optional() })
  if (!input.ok) return input.error
  const { contactUri, groupId } = input.value
  const account = personByUser(house, contactUri)
  const list = await house.ports.contacts.list(app.account)
  const group =
    groupId === undefined ? list.groups.find((one) => one.isDefault) : groupOf(list, lastSegment(groupId))
  if (!account) return problem('NotFound', 'DestinationNotFound')
  if (!group) return problem('NotFound')
  const known = list.contacts.find((contact) => contact.account === account.id)
  if (known?.groups.includes(group.id)) return problem('Conflict', 'AlreadyExists')
  const done = await addContact(house.ports, app.account, account.id, group.id)
  if (done === 'limit') return problem('Conflict', 'LimitExceeded')
  return done === 'done' ? created(membershipResource(house, app, group, account.id)) : REFUSED[done]
}

/** COMPAT(PowerShell module): the group comes as its address. */
function lastSegment(id: string): string {
  return id.split('/').at(-1) ?? id
}

/** `GET myGroupMembership`. */
export async function getMembership(call: Call): Promise<Reply> {
  const found = await findMembership(call)
  return found
    ? ok(membershipResource(call.house, call.app, found.group, found.contact))
    : problem('NotFound')
}

/** Takes a contact out of one group. */
export async function deleteMembership(call: Call): Promise<Reply> {
  const found = await findMembership(call)
  if (!found) return problem('NotFound')
  await removeContact(call.house.ports, call.app.account, found.contact, found.group.id)
  return NO_CONTENT
}

async function findMembership({ house, app, params }: Call) {
  const [groupId = '', ...user] = (params.membership ?? '').split(',')
  const list = await house.ports.contacts.list(app.account)
  const group = groupOf(list, groupId)
  const account = personByUser(house, user.join(','))
  const contact = list.contacts.find((one) => one.account === account?.id)
  return group && contact?.groups.includes(group.id) ? { group, contact: contact.account } : undefined
}

/** Takes somebody off the list. */
export async function removeFromAllGroups({ house, app, request }: Call): Promise<Reply> {
  const input = readInput(request, { contactUri: text(250).min(1) })
  if (!input.ok) return input.error
  const account = personByUser(house, input.value.contactUri)
  if (!account) return problem('NotFound')
  await removeContact(house.ports, app.account, account.id)
  return NO_CONTENT
}
