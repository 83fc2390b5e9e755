import type { Cmdlet } from '../cmdlet.ts'
import { addNpAdminRoleMember } from './add-np-admin-role-member.ts'
import { getNpAccount } from './get-np-account.ts'
import { getNpAdminRoleMember } from './get-np-admin-role-member.ts'
import { getNpUserSetting } from './get-np-user-setting.ts'
import { importNpAccount } from './import-np-account.ts'
import { newNpAccount } from './new-np-account.ts'
import { removeNpAccount } from './remove-np-account.ts'
import { removeNpAdminRoleMember } from './remove-np-admin-role-member.ts'
import { setNpAccount } from './set-np-account.ts'
import { setNpAccountPassword } from './set-np-account-password.ts'
import { setNpUserSetting } from './set-np-user-setting.ts'
import { unlockNpAccount } from './unlock-np-account.ts'

/** The embedded directory's own cmdlets (INTERFACES 2). One line per cmdlet. */
export const accountCmdlets: readonly Cmdlet[] = [
  addNpAdminRoleMember,
  getNpAccount,
  getNpAdminRoleMember,
  getNpUserSetting,
  importNpAccount,
  newNpAccount,
  removeNpAccount,
  removeNpAdminRoleMember,
  setNpAccount,
  setNpAccountPassword,
  setNpUserSetting,
  unlockNpAccount,
]
