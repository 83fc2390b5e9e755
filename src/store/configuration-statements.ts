import type { StatementsOf } from './statement.ts'

/** What administrators and people configure, with audit, tokens and failure counters. */
type ConfigurationKind =
  | 'server'
  | 'account'
  | 'removeAccount'
  | 'passwordHash'
  | 'ntHash'
  | 'ha1'
  | 'sipSignIn'
  | 'policy'
  | 'removePolicy'
  | 'grant'
  | 'removeGrant'
  | 'addRole'
  | 'removeRole'
  | 'setting'
  | 'presence'
  | 'accessLevel'
  | 'group'
  | 'removeGroup'
  | 'contact'
  | 'removeContact'
  | 'audit'
  | 'token'
  | 'tokenUsed'
  | 'removeToken'
  | 'removeTokens'
  | 'lockout'
  | 'removeLockout'

export const CONFIGURATION_STATEMENTS: StatementsOf<ConfigurationKind> = {
  server: [
    {
      sql: `insert into server (name, value) values (?1, ?2) on conflict (name) do update set value = excluded.value`,
      bind: (w) => [w.name, w.value],
    },
  ],
  account: [
    {
      sql: `insert into account (id, guid, upn, sip, enabled, display_name, directory, language, pool, site,
              made_by_us, created, changed)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            on conflict (id) do update set upn = excluded.upn, sip = excluded.sip, enabled = excluded.enabled,
              display_name = excluded.display_name, directory = excluded.directory, language = excluded.language,
              pool = excluded.pool, site = excluded.site, made_by_us = excluded.made_by_us, changed = excluded.changed`,
      bind: (w) => [
        w.id,
        w.guid,
        w.upn,
        w.sip,
        w.enabled,
        w.displayName,
        w.directory,
        w.language,
        w.pool,
        w.site,
        w.madeByUs,
        w.created,
        w.changed,
      ],
    },
  ],
  removeAccount: [
    'account where id',
    'secret where account',
    'policy_grant where account',
    'role_member where account',
    'setting where account',
    'presence where account',
    'access_level where owner',
    'access_level where other',
    'contact_group where owner',
    'contact where owner',
    'contact where contact',
    'token where account',
    'position where owner',
  ].map((which) => ({ sql: `delete from ${which} = ?1`, bind: (w: { id: number }) => [w.id] })),
  passwordHash: [
    {
      sql: `insert into secret (account, password_hash, sip_sign_in) values (?1, ?2, 1)
            on conflict (account) do update set password_hash = excluded.password_hash`,
      bind: (w) => [w.account, w.hash],
    },
  ],
  ntHash: [
    {
      sql: `insert into secret (account, nt_hash, sip_sign_in) values (?1, ?2, 1)
            on conflict (account) do update set nt_hash = excluded.nt_hash`,
      bind: (w) => [w.account, w.hash],
    },
  ],
  ha1: [
    {
      sql: `insert into secret (account, ha1, sip_sign_in) values (?1, ?2, 1)
            on conflict (account) do update set ha1 = excluded.ha1`,
      bind: (w) => [w.account, w.hash],
    },
  ],
  sipSignIn: [
    {
      sql: `insert into secret (account, sip_sign_in) values (?1, ?2)
            on conflict (account) do update set sip_sign_in = excluded.sip_sign_in`,
      bind: (w) => [w.account, w.allowed],
    },
  ],
  policy: [
    {
      sql: `insert into policy (noun, name, identity, settings) values (?1, ?2, ?3, ?4)
            on conflict (noun, name) do update set settings = excluded.settings`,
      bind: (w) => [w.noun, w.name, w.identity, w.settings],
    },
  ],
  removePolicy: [{ sql: 'delete from policy where noun = ?1 and name = ?2', bind: (w) => [w.noun, w.name] }],
  grant: [
    {
      sql: `insert into policy_grant (noun, account, policy) values (?1, ?2, ?3)
            on conflict (noun, account) do update set policy = excluded.policy`,
      bind: (w) => [w.noun, w.account, w.policy],
    },
  ],
  removeGrant: [
    { sql: 'delete from policy_grant where noun = ?1 and account = ?2', bind: (w) => [w.noun, w.account] },
  ],
  addRole: [
    {
      sql: 'insert into role_member (role, account) values (?1, ?2) on conflict do nothing',
      bind: (w) => [w.role, w.account],
    },
  ],
  removeRole: [
    { sql: 'delete from role_member where role = ?1 and account = ?2', bind: (w) => [w.role, w.account] },
  ],
  setting: [
    {
      sql: `insert into setting (account, data) values (?1, ?2) on conflict (account) do update set data = excluded.data`,
      bind: (w) => [w.account, w.data],
    },
  ],
  presence: [
    {
      sql: `insert into presence (account, data) values (?1, ?2) on conflict (account) do update set data = excluded.data`,
      bind: (w) => [w.account, w.data],
    },
  ],
  accessLevel: [
    {
      sql: `insert into access_level (owner, other, level) values (?1, ?2, ?3)
            on conflict (owner, other) do update set level = excluded.level`,
      bind: (w) => [w.owner, w.other, w.level],
    },
  ],
  group: [
    {
      sql: `insert into contact_group (owner, id, name) values (?1, ?2, ?3)
            on conflict (owner, id) do update set name = excluded.name`,
      bind: (w) => [w.owner, w.id, w.name],
    },
  ],
  removeGroup: [
    {
      // Who was in this group only goes to the default group, 0: removing a group removes nobody.
      sql: `update contact set grp = 0 where owner = ?1 and grp = ?2
              and not exists (select 1 from contact o where o.owner = ?1 and o.contact = contact.contact and o.grp <> ?2)`,
      bind: (w) => [w.owner, w.id],
    },
    { sql: 'delete from contact where owner = ?1 and grp = ?2', bind: (w) => [w.owner, w.id] },
    { sql: 'delete from contact_group where owner = ?1 and id = ?2', bind: (w) => [w.owner, w.id] },
  ],
  contact: [
    {
      sql: 'insert into contact (owner, contact, grp, added) values (?1, ?2, ?3, ?4) on conflict do nothing',
      bind: (w) => [w.owner, w.contact, w.group, w.added],
    },
  ],
  removeContact: [
    {
      sql: `delete from contact where owner = ?1 and contact = ?2 and grp = coalesce(?3, grp)`,
      bind: (w) => [w.owner, w.contact, w.group],
    },
  ],
  audit: [
    {
      sql: `insert into audit (node, number, at, who, cmdlet, target, entry, hash)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`,
      bind: (w) => [w.node, w.number, w.at, w.who, w.cmdlet, w.target, w.entry, w.hash],
    },
  ],
  token: [
    {
      sql: `insert into token (hash, account, kind, issued, expires, idle_ms, used, csrf, keep, address, user_agent)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)`,
      bind: (w) => [
        w.hash,
        w.account,
        w.token,
        w.issued,
        w.expires,
        w.idleMs,
        w.used,
        w.csrf,
        w.keep,
        w.address,
        w.userAgent,
      ],
    },
  ],
  tokenUsed: [{ sql: 'update token set used = ?2 where hash = ?1', bind: (w) => [w.hash, w.used] }],
  removeToken: [{ sql: 'delete from token where hash = ?1', bind: (w) => [w.hash] }],
  removeTokens: [{ sql: 'delete from token where account = ?1', bind: (w) => [w.account] }],
  lockout: [
    {
      sql: `insert into lockout (name, address, failures) values (?1, ?2, ?3)
            on conflict (name, address) do update set failures = excluded.failures`,
      bind: (w) => [w.name, w.address, w.failures],
    },
  ],
  removeLockout: [
    { sql: 'delete from lockout where name = ?1 and address = ?2', bind: (w) => [w.name, w.address] },
  ],
}
