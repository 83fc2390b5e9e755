import assert from 'node:assert/strict'
import { addPerson, collect, people } from './people.ts'
import type { Promised } from './store.ts'

/** What is configured, with its audit. */
export function ledgerContract(promise: Promised): void {
  promise(
    'configuration and its audit records commit together, and the chain fits',
    async ({ store, crash }) => {
      const [tony] = await people(store, 'tony')
      const entry = (cmdlet: string) => ({
        time: store.clock.now(),
        who: 'console:root',
        role: 'CsAdministrator',
        from: 'local',
        door: 'console',
        invocation: 'i',
        cmdlet,
        parameters: { Identity: 'tony' },
        targetObject: 'tony@example.com',
        before: null,
        after: { EnableIMAutoArchiving: false },
        result: 'Success',
      })
      const policy = {
        noun: 'CsClientPolicy',
        identity: 'Tag:OfflineIM',
        values: { EnableIMAutoArchiving: false },
      }
      await store.ledger.commit(
        [
          { kind: 'putPolicy', policy },
          { kind: 'grant', noun: 'CsClientPolicy', id: tony.id, policy: 'Tag:OfflineIM' },
          { kind: 'addRole', role: 'CsHelpDesk', id: tony.id },
        ],
        [entry('New-CsClientPolicy'), entry('Grant-CsClientPolicy')],
      )
      await store.ledger.commit([], [entry('Get-CsUser')])
      for (const reach of [async () => store, crash]) {
        const now = await reach()
        assert.equal(now.facts.rules(tony.id).sending, 'senderPolicy')
        assert.equal(now.facts.effectivePolicy('CsClientPolicy', tony.id).source, 'User')
        assert.equal(now.facts.policy('CsClientPolicy', 'tag:offlineim')?.identity, 'Tag:OfflineIM')
        assert.deepEqual(now.facts.roles(tony.id), ['CsHelpDesk'])
        assert.equal(now.facts.byUpn('TONY@example.com')?.id, tony.id)
        const records = await collect(now.audit.find({ cmdlet: 'grant-csclientpolicy' }))
        assert.deepEqual(
          records.map(({ number, after: values }) => [number, values]),
          [[2, { EnableIMAutoArchiving: false }]],
        )
        assert.equal((await collect(now.audit.find({}))).length, 3)
        assert.equal(await now.audit.verify(), undefined)
      }
    },
  )

  promise(
    'a number of an account is never used again, and a taken name is refused',
    async ({ store, reopen }) => {
      const [tony, ken] = await people(store, 'tony', 'ken')
      await assert.rejects(
        store.ledger.commit([{ kind: 'putAccount', account: { ...ken, upn: tony.upn.toUpperCase() } }], []),
      )
      const twins = [store.ledger.newAccountId(), store.ledger.newAccountId()].map((id) =>
        store.ledger.commit(
          [{ kind: 'putAccount', account: { ...ken, id, upn: 'twin@example.com', sip: undefined } }],
          [],
        ),
      )
      assert.deepEqual(
        (await Promise.allSettled(twins)).map(({ status }) => status),
        ['fulfilled', 'rejected'],
      )
      await store.ledger.commit([{ kind: 'removeAccount', id: ken.id }], [])
      const again = await reopen()
      assert.equal(again.facts.account(ken.id), undefined)
      const next = await addPerson(again, 'ken')
      assert.ok(next.id > ken.id)
    },
  )

  promise(
    'password-equivalents come back, and go when SIP sign-in is turned off',
    async ({ store, reopen }) => {
      const [tony] = await people(store, 'tony')
      const ha1 = { user: '0'.repeat(32), address: '1'.repeat(32) }
      const secrets = { passwordHash: '$argon2id$x', ntHash: 'f'.repeat(32), ha1 }
      await store.ledger.commit([{ kind: 'putSecrets', id: tony.id, secrets }], [])
      const again = await reopen()
      assert.deepEqual(await again.ledger.secrets(tony.id), secrets)
      assert.deepEqual(await again.ledger.sipSignIn(tony.id), { allowed: true, digest: 'Ready' })
      assert.equal(await again.ledger.rotateKey(), 1)
      assert.deepEqual(await again.ledger.secrets(tony.id), secrets)
      await again.ledger.commit([{ kind: 'putSipSignIn', id: tony.id, allowed: false }], [])
      assert.deepEqual(await again.ledger.secrets(tony.id), {
        passwordHash: '$argon2id$x',
        ntHash: null,
        ha1: null,
      })
      assert.deepEqual(await again.ledger.sipSignIn(tony.id), { allowed: false, digest: 'Off' })
    },
  )

  promise(
    'contacts, groups, levels, settings and presence are kept with the account',
    async ({ store, reopen }) => {
      const [tony, ken, pilar] = await people(store, 'tony', 'ken', 'pilar')
      const group = store.ledger.newGroupId()
      const other = { owner: tony.id, contact: ken.id }
      const note = { text: 'on the road', type: 'Personal' } as const
      await store.ledger.commit(
        [
          { kind: 'putGroup', owner: tony.id, id: group, name: 'Team' },
          { kind: 'addContact', ...other, group },
          { kind: 'addContact', owner: tony.id, contact: pilar.id, group: 0 as typeof group },
          { kind: 'putAccessLevel', owner: tony.id, other: ken.id, level: 'Workgroup' },
          {
            kind: 'putSettings',
            id: tony.id,
            settings: { ...store.facts.settings(tony.id), readReceipts: false },
          },
          { kind: 'putPresence', id: tony.id, choice: undefined, note, location: undefined },
        ],
        [],
      )
      const again = await reopen()
      const list = await again.contacts.list(tony.id)
      assert.deepEqual(list.contacts, [
        { account: ken.id, groups: [group] },
        { account: pilar.id, groups: [0] },
      ])
      assert.deepEqual(
        list.groups.map(({ name, isDefault }) => [name, isDefault]),
        [
          ['Other Contacts', true],
          ['Team', false],
        ],
      )
      assert.deepEqual(await again.contacts.owners(ken.id), [tony.id])
      assert.equal(again.facts.accessLevel(tony.id, ken.id), 'Workgroup')
      assert.equal(again.facts.settings(tony.id).readReceipts, false)
      assert.deepEqual(await again.ledger.presences(), [
        { id: tony.id, choice: undefined, note, location: undefined },
      ])
      await again.ledger.commit([{ kind: 'removeGroup', owner: tony.id, id: group }], [])
      assert.deepEqual((await again.contacts.list(tony.id)).contacts[0], { account: ken.id, groups: [0] })
      await again.ledger.commit([{ kind: 'removeContact', ...other, group: undefined }], [])
      assert.deepEqual(await again.contacts.owners(ken.id), [])
    },
  )
}
